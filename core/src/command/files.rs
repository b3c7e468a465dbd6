//! Key files in and out.

use super::{Failure, MAX_INPUT};
use crate::error::Error;
use crate::jose::{Key, KeySet, Origin};
use crate::secret::Secret;
use clap::ArgMatches;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;

fn broken(path: &str, error: &std::io::Error) -> Failure {
    Failure::Usage(format!("{path}: {}", error.kind()))
}

fn read(path: &str) -> Result<String, Failure> {
    let file = File::open(Path::new(path)).map_err(|error| broken(path, &error))?;
    let mut text = String::new();
    file.take(MAX_INPUT).read_to_string(&mut text).map_err(|error| broken(path, &error))?;
    Ok(text)
}

fn refused(path: &str) -> impl Fn(Error) -> Failure + '_ {
    move |error| match Failure::from(error) {
        Failure::Refused(code, text) => Failure::Refused(code, format!("{path}: {text}")),
        usage => usage,
    }
}

/// The keys of a file: PEM, one JWK, or a JWK set. The passphrase opens PEM that is encrypted, and is for nothing else.
pub(super) fn keys(path: &str, passphrase: Option<&Secret>) -> Result<KeySet, Failure> {
    let text = read(path)?;
    let text = text.trim();
    if !text.starts_with('{') {
        let public = Key::public_from_pem(text);
        let passphrase = passphrase.filter(|_| text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        let private = || Key::private_from_pem_with(text, passphrase.map(|it| it.expose().as_bytes()));
        let key = public.or_else(|_| private());
        return key.map(KeySet::single).map_err(refused(path));
    }
    let is_set =
        serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| value.get("keys").is_some());
    let keys = if is_set {
        KeySet::parse(text.as_bytes(), Origin::Local)
    } else {
        Key::from_jwk(text).map(KeySet::single)
    };
    keys.map_err(refused(path))
}

/// A secret that is all there is in a file; a line break at its end is not part of it.
pub(super) fn secret(path: &str) -> Result<Secret, Failure> {
    let text = Secret::new(read(path)?);
    Ok(Secret::new(text.expose().trim_end_matches(['\r', '\n'])))
}

/// The passphrase of key files. It comes out of a file, because everybody on this machine can read arguments.
pub(super) fn passphrase(given: &ArgMatches) -> Result<Option<Secret>, Failure> {
    given.get_one::<String>("passphrase-file").map(|path| secret(path)).transpose()
}

/// Writes a new file that its owner alone can read. One that exists is left alone: it may be the only copy of a key.
pub(super) fn write_private(path: &str, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(Path::new(path)).map_err(|error| broken(path, &error))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| broken(path, &error))
}
