//! The part of a uniffi interface that crosses into PHP: free functions over integers, byte strings and text.
//!
//! uniffi objects are refused on purpose: their handles are raw pointers, and a wrong integer from PHP
//! would be a memory error. Handles here are plain `u64` values that the library looks up in a table.

use anyhow::{Context as _, Result, bail};
use heck::ToLowerCamelCase as _;
use uniffi_bindgen::ComponentInterface;
use uniffi_bindgen::interface::{AsType as _, Function, Type};

/// How a value is written in C and in PHP.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Unit,
    U64,
    I64,
    U32,
    Bool,
    Bytes,
    Text,
}

/// One exported function.
pub(crate) struct Export {
    /// Its PHP name.
    pub(crate) name: String,
    /// Its C symbol.
    pub(crate) symbol: String,
    /// Lines of its documentation.
    pub(crate) doc: Vec<String>,
    /// Its arguments, in order.
    pub(crate) arguments: Vec<Argument>,
    /// What it returns.
    pub(crate) result: Kind,
}

/// One argument.
pub(crate) struct Argument {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Which of the reusable argument buffers carries it, for byte strings.
    pub(crate) slot: usize,
}

/// Everything the templates need.
pub(crate) struct Interface {
    pub(crate) exports: Vec<Export>,
    /// C symbol and value of each integrity check.
    pub(crate) checksums: Vec<(String, u16)>,
    /// Prefix of the buffer functions, `ffi_<crate>`.
    pub(crate) prefix: String,
    /// Version of the scaffolding contract.
    pub(crate) contract: u32,
    /// Version of the library; all crates of the workspace share it.
    pub(crate) version: &'static str,
    /// The largest number of byte strings that one call takes.
    pub(crate) slots: usize,
}

impl Interface {
    /// Reads the component interface.
    ///
    /// # Errors
    /// If it contains anything but free functions over the supported types.
    pub(crate) fn new(ci: &ComponentInterface) -> Result<Self> {
        if ci.has_object_definitions() || ci.has_callback_definitions() {
            bail!("objects and callbacks do not cross into PHP; export functions over integer handles");
        }
        let mut exports = ci
            .function_definitions()
            .iter()
            .map(|function| Export::new(function).with_context(|| format!("function {}", function.name())))
            .collect::<Result<Vec<_>>>()?;
        exports.sort_by(|a, b| a.symbol.cmp(&b.symbol));
        let mut checksums: Vec<(String, u16)> = ci.iter_checksums().collect();
        checksums.sort();
        Ok(Self {
            slots: exports.iter().map(Export::slots).max().unwrap_or_default(),
            exports,
            checksums,
            version: env!("CARGO_PKG_VERSION"),
            prefix: format!("ffi_{}", ci.crate_name()),
            contract: ci.uniffi_contract_version(),
        })
    }
}

impl Export {
    fn new(function: &Function) -> Result<Self> {
        if function.is_async() {
            bail!("asynchronous functions do not cross into PHP");
        }
        let mut slot = 0;
        let mut arguments = Vec::new();
        for argument in function.arguments() {
            let kind = match argument.as_type() {
                Type::Bytes if argument.is_borrowed_bytes() => Kind::Bytes,
                other => Kind::of(&other).filter(|kind| *kind != Kind::Text).with_context(|| {
                    format!("argument {} of type {other:?}: use &[u8] or an integer", argument.name())
                })?,
            };
            let name = argument.name().to_lower_camel_case();
            arguments.push(Argument { name, kind, slot });
            if kind == Kind::Bytes {
                slot += 1;
            }
        }
        let result = match function.return_type() {
            None => Kind::Unit,
            Some(other) => Kind::of(other).with_context(|| format!("result of type {other:?}"))?,
        };
        Ok(Self {
            name: function.name().to_lower_camel_case(),
            symbol: function.ffi_func().name().to_owned(),
            doc: function.docstring().unwrap_or_default().lines().map(|l| l.trim().to_owned()).collect(),
            arguments,
            result,
        })
    }

    /// How many byte strings it takes.
    pub(crate) fn slots(&self) -> usize {
        self.arguments.iter().filter(|argument| argument.kind == Kind::Bytes).count()
    }

    /// The C prototype's parameter list.
    pub(crate) fn c_parameters(&self) -> String {
        let mut out: String = self.arguments.iter().map(|a| format!("{} {}, ", a.kind.c(), a.name)).collect();
        out.push_str("FerroauthStatus *status");
        out
    }

    /// The PHP parameter list.
    pub(crate) fn php_parameters(&self) -> String {
        let parameters: Vec<String> = self
            .arguments
            .iter()
            .map(|a| match a.kind {
                Kind::Bytes => format!("#[\\SensitiveParameter] string ${}", a.name),
                kind => format!("{} ${}", kind.php(), a.name),
            })
            .collect();
        parameters.join(", ")
    }

    /// The values that the PHP wrapper hands to C.
    pub(crate) fn call(&self) -> String {
        let values: Vec<String> = self
            .arguments
            .iter()
            .map(|a| match a.kind {
                Kind::Bytes => format!("self::view({}, ${})", a.slot, a.name),
                Kind::Bool => format!("(int) ${}", a.name),
                _ => format!("${}", a.name),
            })
            .chain(["self::$out".to_owned()])
            .collect();
        values.join(", ")
    }

    /// The helper that ends the call.
    pub(crate) fn finish(&self) -> &'static str {
        if self.result == Kind::Text { "self::text" } else { "self::done" }
    }

    /// Whether the library answers with a truth value.
    pub(crate) fn returns_bool(&self) -> bool {
        self.result == Kind::Bool
    }

    /// Whether the library returns nothing.
    pub(crate) fn returns_nothing(&self) -> bool {
        self.result == Kind::Unit
    }
}

impl Kind {
    fn of(type_: &Type) -> Option<Self> {
        Some(match type_ {
            Type::UInt64 => Self::U64,
            Type::Int64 => Self::I64,
            Type::UInt32 => Self::U32,
            Type::Boolean => Self::Bool,
            Type::String => Self::Text,
            _ => return None,
        })
    }

    /// The C type.
    pub(crate) fn c(self) -> &'static str {
        match self {
            Self::Unit => "void",
            Self::U64 => "uint64_t",
            Self::I64 => "int64_t",
            Self::U32 => "uint32_t",
            Self::Bool => "int8_t",
            Self::Bytes => "FerroauthBytes",
            Self::Text => "FerroauthBuffer",
        }
    }

    /// The PHP type.
    pub(crate) fn php(self) -> &'static str {
        match self {
            Self::Unit => "void",
            Self::U64 | Self::I64 | Self::U32 => "int",
            Self::Bool => "bool",
            Self::Bytes | Self::Text => "string",
        }
    }
}
