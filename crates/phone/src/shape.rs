//! One declaration of a type for both languages: serde for Rust, and its TypeScript.

use std::collections::BTreeMap;

/// How a type is written in TypeScript.
pub trait Shape {
    /// The TypeScript of a value of this type.
    fn ts() -> String;

    /// Whether a field of this type may be left out.
    const OPTIONAL: bool = false;
}

/// One declared type: its name and its TypeScript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Name in both languages.
    pub name: &'static str,
    /// The whole `export type`.
    pub text: String,
}

macro_rules! plain {
    ($ts:literal: $($rust:ty),+) => {$(
        impl Shape for $rust { fn ts() -> String { $ts.to_owned() } }
    )+};
}
plain!("string": String, crate::Id, jiff::civil::Date);
plain!("number": u8, u16, u32, u64, i32, i64, usize, f64);
plain!("boolean": bool);
plain!("unknown": serde_json::Value);

impl Shape for simpul_rules::Text {
    fn ts() -> String {
        "{ id: string; en: string }".to_owned()
    }
}

impl<T: Shape> Shape for Option<T> {
    const OPTIONAL: bool = true;

    fn ts() -> String {
        format!("{} | null", T::ts())
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn ts() -> String {
        format!("Array<{}>", T::ts())
    }
}

impl<T: Shape> Shape for Box<T> {
    fn ts() -> String {
        T::ts()
    }
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    fn ts() -> String {
        format!("Record<string, {}>", T::ts())
    }
}

impl<A: Shape, B: Shape> Shape for (A, B) {
    fn ts() -> String {
        format!("[{}, {}]", A::ts(), B::ts())
    }
}

/// One field as TypeScript writes it.
pub fn field<T: Shape>(docs: &[&str], name: &str) -> String {
    let mark = if T::OPTIONAL { "?" } else { "" };
    format!("{}  {name}{mark}: {};\n", comment(docs, "  "), T::ts())
}

/// A comment of these lines.
pub fn comment(docs: &[&str], indent: &str) -> String {
    match docs {
        [] => String::new(),
        [one] => format!("{indent}/**{one} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!("{indent} *{line}\n"));
            format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
        }
    }
}

/// All declared types as one module of TypeScript.
pub fn module(types: &[Declared]) -> String {
    let head = "// Written from the Rust types by `cargo xtask types`; change those, not this.\n";
    types
        .iter()
        .fold(head.to_owned(), |out, t| out + "\n" + &t.text)
}

/// Declares structs, tagged enums and lists of keys with serde and [`Shape`], and a function that
/// gives them all as [`Declared`].
///
/// A field of `Option` may be left out of JSON. A tagged enum carries its tag in the field named
/// after `by`; its variants are named in `snake_case`.
#[macro_export]
macro_rules! shapes {
    ($(#[doc = $list_doc:literal])* pub fn $list:ident; $($rest:tt)*) => {
        $crate::shapes!(@each [] $($rest)*);
        $crate::shapes!(@list [$(#[doc = $list_doc])*] $list [] $($rest)*);
    };

    (@list [$($meta:tt)*] $list:ident [$($name:ident)*]) => {
        $($meta)*
        pub fn $list() -> Vec<$crate::shape::Declared> {
            vec![$($crate::shape::Declared { name: stringify!($name), text: $name::declared() }),*]
        }
    };
    (@list $meta:tt $list:ident [$($names:ident)*]
        $(#[$m:meta])* pub struct $name:ident $body:tt $($rest:tt)*) => {
        $crate::shapes!(@list $meta $list [$($names)* $name] $($rest)*);
    };
    (@list $meta:tt $list:ident [$($names:ident)*]
        $(#[$m:meta])* pub enum $name:ident by $tag:literal $body:tt $($rest:tt)*) => {
        $crate::shapes!(@list $meta $list [$($names)* $name] $($rest)*);
    };
    (@list $meta:tt $list:ident [$($names:ident)*]
        $(#[$m:meta])* pub keys $name:ident $body:tt $($rest:tt)*) => {
        $crate::shapes!(@list $meta $list [$($names)* $name] $($rest)*);
    };

    (@each []) => {};

    (@each [] $(#[doc = $doc:literal])* pub struct $name:ident {
        $($(#[doc = $fdoc:literal])* pub $field:ident: $ty:ty),* $(,)?
    } $($rest:tt)*) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $($(#[doc = $fdoc])* pub $field: $ty),* }

        impl $name {
            fn declared() -> String {
                let mut out = $crate::shape::comment(&[$($doc),*], "");
                out += concat!("export type ", stringify!($name), " = {\n");
                $(out += &$crate::shape::field::<$ty>(&[$($fdoc),*], stringify!($field));)*
                out + "};\n"
            }
        }
        $crate::shapes!(@common $name);
        $crate::shapes!(@each [] $($rest)*);
    };

    (@each [] $(#[doc = $doc:literal])* pub enum $name:ident by $tag:literal {
        $($(#[doc = $vdoc:literal])* $variant:ident = $key:literal $({
            $($(#[doc = $fdoc:literal])* $field:ident: $ty:ty),* $(,)?
        })? $(($inner:ty))?),+ $(,)?
    } $($rest:tt)*) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = $tag)]
        pub enum $name {
            $($(#[doc = $vdoc])* #[serde(rename = $key)]
              $variant $({ $($(#[doc = $fdoc])* $field: $ty),* })? $(($inner))?),+
        }

        impl $name {
            fn declared() -> String {
                let mut out = $crate::shape::comment(&[$($doc),*], "");
                out += concat!("export type ", stringify!($name), " =\n");
                $(
                    out += &$crate::shape::comment(&[$($vdoc),*], "  ");
                    out += concat!("  | { ", $tag, ": \"", $key, "\" }");
                    $(out += " & {\n";
                      $(out += &$crate::shape::field::<$ty>(&[$($fdoc),*], stringify!($field));)*
                      out += "}";)?
                    $(out += " & "; out += &<$inner as $crate::shape::Shape>::ts();)?
                    out += "\n";
                )+
                out.trim_end().to_owned() + ";\n"
            }
        }
        $crate::shapes!(@common $name);
        $crate::shapes!(@each [] $($rest)*);
    };

    (@each [] $(#[doc = $doc:literal])* pub keys $name:ident {
        $($(#[doc = $vdoc:literal])* $variant:ident = $key:literal),+ $(,)?
    } $($rest:tt)*) => {
        $(#[doc = $doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name { $($(#[doc = $vdoc])* #[serde(rename = $key)] $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The key that is stored and sent.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }

            fn declared() -> String {
                let mut out = $crate::shape::comment(&[$($doc),*], "");
                out += concat!("export type ", stringify!($name), " =");
                $(out += concat!("\n  | \"", $key, "\"");)+
                out + ";\n"
            }
        }

        impl std::str::FromStr for $name {
            type Err = ();

            fn from_str(key: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|one| one.key() == key).ok_or(())
            }
        }
        $crate::shapes!(@common $name);
        $crate::shapes!(@each [] $($rest)*);
    };

    (@common $name:ident) => {
        impl $crate::shape::Shape for $name {
            fn ts() -> String { stringify!($name).to_owned() }
        }

        /// Masked: what goes over this line is about people.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    };
}
