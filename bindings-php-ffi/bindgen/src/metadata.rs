//! Reads the interface that uniffi wrote into the library, also from a stripped one.
//!
//! uniffi's own reader walks `.symtab`, which `strip = "symbols"` removes. The metadata statics are
//! exported, so they stand in the dynamic symbol table of every build.

use anyhow::{Context as _, Result, bail};
use goblin::elf::Elf;
use uniffi_meta::Metadata;

const PREFIX: &str = "UNIFFI_META";

/// The metadata items of a shared library.
///
/// # Errors
/// If the bytes are no ELF file, or a symbol points outside of it.
pub(crate) fn from_dynamic_symbols(file: &[u8]) -> Result<Vec<Metadata>> {
    let elf = Elf::parse(file).context("the library is not an ELF file")?;
    let mut items = Vec::new();
    for symbol in &elf.dynsyms {
        let Some(name) = elf.dynstrtab.get_at(symbol.st_name) else { continue };
        if !name.starts_with(PREFIX) {
            continue;
        }
        let Some(section) = elf.section_headers.get(symbol.st_shndx) else {
            bail!("{name} has no section");
        };
        let offset = section
            .sh_offset
            .checked_add(symbol.st_value.wrapping_sub(section.sh_addr))
            .and_then(|offset| usize::try_from(offset).ok());
        let data = offset.and_then(|offset| file.get(offset..)).context("symbol outside of the file")?;
        items.push(uniffi_meta::read_metadata(data).with_context(|| format!("reading {name}"))?);
    }
    if items.is_empty() {
        bail!("the library carries no uniffi metadata");
    }
    Ok(items)
}
