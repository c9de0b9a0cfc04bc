//! The `simpul` program: see `simpul --help`.

fn main() -> std::process::ExitCode {
    simpul::cli::main()
}
