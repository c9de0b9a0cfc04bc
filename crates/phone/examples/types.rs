//! Prints the TypeScript of all types between phone, server and engine.

fn main() {
    print!("{}", simpul_phone::typescript());
}
