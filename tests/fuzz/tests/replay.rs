//! Feeds the kept corpus to the targets: no libFuzzer, part of every `cargo test`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use ferroauth_fuzz::TARGETS;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

#[test]
fn every_file_of_the_corpus_keeps_the_promises_of_its_target() {
    for (name, target) in TARGETS {
        let files = entries(&corpus().join(name));
        assert!(files.len() >= 4, "{name} has {} files", files.len());
        for file in files {
            let bytes = std::fs::read(&file).unwrap();
            std::panic::catch_unwind(|| target(&bytes))
                .unwrap_or_else(|_| panic!("{name} does not hold for {}", file.display()));
        }
    }
}

#[test]
fn every_folder_of_the_corpus_has_its_target() {
    let folders: BTreeSet<String> = entries(&corpus())
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(folders, TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect());
}
