//! The command line tool that the host packages ship: look at tokens, verify them, make keys, publish keys, log in.
//!
//! One implementation, so that it says the same in every host. A host hands over its arguments and prints what comes back.
//! Whatever is read from a token or a key set is escaped before it reaches a terminal.

mod browser;
mod files;
mod keys;
mod login;
mod options;
mod show;
mod tokens;

use crate::error::{Error, ErrorCode};
use std::io::Read as _;

/// What a run of the tool ends with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Finished {
    /// The exit status: 0, 1 for a token or key that was refused, 2 for wrong usage, 3 if a provider could not be reached.
    pub status: u8,
    /// For standard output.
    pub output: String,
    /// For standard error.
    pub complaint: String,
}

/// Longest text that is read from standard input or a file.
const MAX_INPUT: u64 = 1024 * 1024;

/// What a host does while the tool waits, such as serving Ctrl-C; an error ends it.
type Tick<'a> = &'a mut dyn FnMut() -> Result<(), Error>;

/// Runs the tool. `arguments` are those after the program's name.
#[must_use]
pub fn run(arguments: &[String]) -> Finished {
    run_with(arguments, || Ok(()))
}

/// Runs the tool like [`run`] and calls `on_tick` now and then while it waits for a browser or a provider.
#[must_use]
pub fn run_with(arguments: &[String], mut on_tick: impl FnMut() -> Result<(), Error>) -> Finished {
    match options::parse(arguments) {
        Ok(matches) => match dispatch(&matches, &mut on_tick) {
            Ok(output) => Finished { output, ..Finished::default() },
            Err(failure) => failure.into(),
        },
        // Help and version are errors to clap.
        Err(error) if !error.use_stderr() => Finished { output: error.to_string(), ..Finished::default() },
        Err(error) => Finished { status: 2, complaint: error.to_string(), ..Finished::default() },
    }
}

fn dispatch(matches: &clap::ArgMatches, tick: Tick<'_>) -> Result<String, Failure> {
    match matches.subcommand() {
        Some(("inspect", given)) => tokens::inspect(given),
        Some(("verify", given)) => tokens::verify(given),
        Some(("keygen", given)) => keys::generate(given),
        Some(("jwks", given)) => keys::publish(given),
        Some(("login", given)) => login::login(given, tick),
        Some(("local-redirect", given)) => login::redirect(given, tick),
        _ => Err(Failure::Usage("no such command".into())),
    }
}

/// Why the tool did not do what it was asked.
enum Failure {
    /// Refused, with the text to say so.
    Refused(ErrorCode, String),
    /// Something about the call is wrong.
    Usage(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error.code(), format!("{}: {}\n", error.code().code(), show::plain(&error.to_string())))
    }
}

impl From<Failure> for Finished {
    fn from(failure: Failure) -> Self {
        use crate::error::Category::{KeySet, Metadata, Network};
        match failure {
            Failure::Usage(text) => {
                Self { status: 2, complaint: format!("error: {text}\n"), ..Self::default() }
            }
            Failure::Refused(code, complaint) => {
                let status = if matches!(code.category(), KeySet | Metadata | Network) { 3 } else { 1 };
                Self { status, complaint, ..Self::default() }
            }
        }
    }
}

/// An argument, or standard input where it is absent or `-`.
fn argument_or_input(given: Option<&String>) -> Result<String, Failure> {
    if let Some(text) = given.filter(|text| *text != "-") {
        return Ok(text.trim().to_owned());
    }
    let mut text = String::new();
    let read = std::io::stdin().lock().take(MAX_INPUT).read_to_string(&mut text);
    read.map_err(|error| Failure::Usage(format!("standard input: {}", error.kind())))?;
    Ok(text.trim().to_owned())
}
