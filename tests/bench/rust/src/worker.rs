//! Measures on request: the first line of standard input holds the inputs, each further line asks for one measurement.

use crate::exchange::{self, Ready};
use crate::{Result, verify};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};

/// One verification.
pub(crate) type Once = Box<dyn Fn() -> Result<()>>;

/// What an exchange starts from, made before the clock runs.
type Prepare = dyn Fn() -> Result<Ready>;
type Run = dyn Fn(&Ready) -> Result<()>;

/// One code exchange.
pub(crate) struct Exchange {
    pub(crate) prepare: Box<Prepare>,
    pub(crate) run: Box<Run>,
}

/// The inputs of ../inputs.py.
pub(crate) struct Input(Value);

impl Input {
    pub(crate) fn text(&self, path: &[&str]) -> Result<&str> {
        let mut at = &self.0;
        for name in path {
            at = at.get(name).ok_or_else(|| format!("input lacks {name}"))?;
        }
        at.as_str().ok_or_else(|| format!("{path:?} is no text").into())
    }
}

/// Answers until standard input closes.
pub(crate) fn run() -> Result<()> {
    let mut lines = std::io::stdin().lock().lines();
    let input = Input(serde_json::from_str(&lines.next().ok_or("no input")??)?);
    say(&json!({
        "verify": ["ferroauth", "bare"], "exchange": ["ferroauth", "reqwest"], "refuse": ["ferroauth", "sha256"],
        "versions": { "ferroauth": ferroauth::host::version() },
    }))?;
    let mut checks: HashMap<String, Once> = HashMap::new();
    let mut exchanges: HashMap<String, Exchange> = HashMap::new();
    for line in lines {
        let ask: Value = serde_json::from_str(&line?)?;
        let name = text(&ask, "implementation")?;
        let budget = ask.get("budget_ms").and_then(Value::as_f64).ok_or("no budget_ms")?;
        let operation = text(&ask, "operation")?;
        let measured = if operation != "exchange" {
            let algorithm = text(&ask, "algorithm")?;
            let key = format!("{operation} {name} {algorithm}");
            if !checks.contains_key(&key) {
                let make = match (operation, name) {
                    ("refuse", "sha256") => verify::sha256,
                    ("refuse", _) => verify::refuse,
                    (_, "bare") => verify::bare,
                    _ => verify::ferroauth,
                };
                checks.insert(key.clone(), make(&input, algorithm)?);
            }
            measure(budget, 50, || Ok(()), |()| checks.get(&key).map_or(Ok(()), |once| once()))?
        } else {
            if !exchanges.contains_key(name) {
                let made = if name == "reqwest" { exchange::reqwest } else { exchange::ferroauth }(&input)?;
                exchanges.insert(name.to_owned(), made);
            }
            let exchange = exchanges.get(name).ok_or("not made")?;
            measure(budget, 50, &exchange.prepare, &exchange.run)?
        };
        say(&measured)?;
    }
    Ok(())
}

fn measure<T>(
    budget_ms: f64,
    batch: usize,
    prepare: impl Fn() -> Result<T>,
    once: impl Fn(&T) -> Result<()>,
) -> Result<Value> {
    let (mut count, mut spent_us) = (0_u32, 0.0);
    while spent_us < budget_ms * 1000.0 {
        let ready = (0..batch).map(|_| prepare()).collect::<Result<Vec<_>>>()?;
        let before = cpu_us();
        for one in &ready {
            once(one)?;
            count += 1;
        }
        spent_us += cpu_us() - before;
    }
    Ok(json!({ "us": spent_us / f64::from(count), "calls": count }))
}

/// The CPU time of this process, all threads.
fn cpu_us() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    #[expect(clippy::cast_precision_loss, reason = "microseconds of one run fit a double exactly")]
    let us = now.tv_sec as f64 * 1e6 + now.tv_nsec as f64 / 1e3;
    us
}

fn text<'a>(ask: &'a Value, name: &str) -> Result<&'a str> {
    ask.get(name).and_then(Value::as_str).ok_or_else(|| format!("no {name}").into())
}

fn say(message: &Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{message}")?;
    out.flush()?;
    Ok(())
}
