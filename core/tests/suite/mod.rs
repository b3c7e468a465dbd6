//! The Rust adapter of the shared suite: reads the cases, builds what they are given, compares.
//!
//! The adapters of the other hosts, in `tests/adapters`, have the same shape. One line per case, `--list`
//! for the ids, a closing line, and failure for every operation that is not in the dispatch table.

#![allow(dead_code)] // each of the two runners uses its part

pub(crate) mod edges;
pub(crate) mod encryption;
pub(crate) mod forms;
pub(crate) mod jws;
pub(crate) mod objects;

use ferroauth::Error;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

/// What an operation came to.
pub(crate) type Outcome = Result<Value, Error>;

/// The folder with the suite's files.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests").join(name)
}

/// A folder whose cases are run instead of the suite's: those of the outside judges.
pub(crate) fn others() -> Option<PathBuf> {
    std::env::var_os("FERROAUTH_CASES").map(PathBuf::from)
}

/// The cases of every file of a folder, in the order of the files' names.
pub(crate) fn cases(name: &str) -> Vec<Value> {
    let place = others().unwrap_or_else(|| folder(name));
    let mut files: Vec<PathBuf> = std::fs::read_dir(place)
        .expect("the suite lies beside the crate")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "json"))
        .collect();
    files.sort();
    let read = |path: &PathBuf| -> Value {
        serde_json::from_slice(&std::fs::read(path).expect("readable")).expect("the suite is JSON")
    };
    files.iter().flat_map(|path| read(path)["cases"].as_array().cloned().unwrap_or_default()).collect()
}

/// The rows of the error table's parity vector.
pub(crate) fn error_rows() -> Vec<Value> {
    let text = std::fs::read(folder("vectors").join("errors.json")).expect("errors.json is there");
    let value: Value = serde_json::from_slice(&text).expect("errors.json is JSON");
    value["rows"].as_array().cloned().expect("rows")
}

/// Runs the cases, prints a line for each and the closing line.
pub(crate) fn run(ids: &[String], mut judge: impl FnMut(usize) -> Result<(), String>) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        ids.iter().for_each(|id| println!("{id}"));
        return ExitCode::SUCCESS;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    std::panic::set_hook(Box::new(|_| {}));
    let (mut passed, mut failed) = (0, 0);
    for (index, id) in ids.iter().enumerate() {
        if filter.is_some_and(|filter| !id.contains(filter.as_str())) {
            continue;
        }
        match catch_unwind(AssertUnwindSafe(|| judge(index))).unwrap_or_else(|_| Err("a panic".into())) {
            Ok(()) => {
                passed += 1;
                println!("ok {id}");
            }
            Err(difference) => {
                failed += 1;
                println!("not ok {id} {difference}");
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Compares an outcome with what a case or call expects.
pub(crate) fn compare(expect: &Value, outcome: &Outcome, rows: &[Value]) -> Result<(), String> {
    let differs = |got: String| Err(format!("got {got} expected {expect}"));
    match outcome {
        Ok(value) if expect.get("ok").is_some_and(|wanted| covers(wanted, value)) => Ok(()),
        Ok(value) => differs(shorten(&value.to_string())),
        Err(error) => {
            let found: Value = serde_json::from_str(&error.to_json()).expect("an error is JSON");
            let row = rows
                .iter()
                .find(|row| row["code"] == found["code"])
                .ok_or("the code is not in errors.json")?;
            for member in ["number", "class", "category", "status", "retryable"] {
                if row[member] != found[member] {
                    return differs(format!("{member} {}", found[member]));
                }
            }
            let members = expect.get("members").and_then(Value::as_object);
            let fits =
                members.is_none_or(|members| members.iter().all(|(name, value)| found[name] == *value));
            let awaited = expect["error"] == found["code"] || expect["error"] == "any";
            if awaited && fits { Ok(()) } else { differs(shorten(&error.to_json())) }
        }
    }
}

/// Whether `found` has everything that `wanted` has; lists must be equal in length.
pub(crate) fn covers(wanted: &Value, found: &Value) -> bool {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            wanted.iter().all(|(name, value)| found.get(name).is_some_and(|found| covers(value, found)))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            wanted.len() == found.len() && wanted.iter().zip(found).all(|(a, b)| covers(a, b))
        }
        (Value::Number(wanted), Value::Number(found)) => wanted == found || wanted.as_f64() == found.as_f64(),
        _ => wanted == found,
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(300).collect()
}
