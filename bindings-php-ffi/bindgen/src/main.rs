//! The PHP backend for uniffi that ferroauth uses: reads the interface from the built library, writes the C
//! header and the one PHP file that touches the `FFI` class.
//!
//! ```text
//! ferroauth-php-bindgen libferroauth_php.so OUTPUT_DIR
//! ```
//! writes `OUTPUT_DIR/ferroauth.h` and `OUTPUT_DIR/Native.php`.

mod metadata;
mod model;

use anyhow::{Context as _, Result, bail};
use askama::Template;
use camino::Utf8PathBuf;
use model::Interface;
use std::fs;
use uniffi_bindgen::{BindgenLoader, BindgenPaths, GlobalConfig};

/// Declarations of the plain C functions beside the scaffolding; kept by hand next to their Rust code.
const FAST_LANE: &str = include_str!("../../src/fast_lane.h");

#[derive(Template)]
#[template(path = "ferroauth.h")]
struct Header<'a> {
    declarations: &'a str,
}

#[derive(Template)]
#[template(path = "declarations.h")]
struct Declarations<'a> {
    interface: &'a Interface,
    fast_lane: &'a str,
}

#[derive(Template)]
#[template(path = "Native.php")]
struct Native<'a> {
    interface: &'a Interface,
    declarations: &'a str,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).map(Utf8PathBuf::from);
    let (Some(library), Some(out), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        bail!("usage: ferroauth-php-bindgen LIBRARY OUTPUT_DIR");
    };
    let interface = read(&library).with_context(|| format!("reading {library}"))?;
    let fast_lane: Vec<&str> = FAST_LANE.lines().filter(|line| !line.starts_with("//")).collect();
    let fast_lane = fast_lane.join("\n");
    let declarations = Declarations { interface: &interface, fast_lane: fast_lane.trim() }.render()?;
    let declarations = declarations.trim();
    fs::create_dir_all(&out)?;
    fs::write(out.join("ferroauth.h"), Header { declarations }.render()?)?;
    fs::write(out.join("Native.php"), Native { interface: &interface, declarations }.render()?)?;
    Ok(())
}

fn read(library: &Utf8PathBuf) -> Result<Interface> {
    let loader = BindgenLoader::new(BindgenPaths::default(), GlobalConfig::default());
    let metadata = loader
        .load_metadata_specialized(library, |_, file| metadata::from_dynamic_symbols(file).map(Some))?;
    let mut interfaces = loader.load_cis(metadata)?;
    let (Some(mut ci), None) = (interfaces.pop(), interfaces.pop()) else {
        bail!("the library must carry exactly one interface");
    };
    ci.derive_ffi_funcs()?;
    Interface::new(&ci)
}
