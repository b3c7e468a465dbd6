//! The Rust side of `make bench`.
//!
//! - `ferroauth-bench endpoint` answers every POST on a loopback port with the same token response, keeps
//!   connections alive, and ends when its standard input closes.
//! - `ferroauth-bench sleeper 100` does the same, each answer 100 milliseconds after its request.
//! - `ferroauth-bench worker` measures on request: one JSON line in, one JSON line out (see ../run.py).

mod endpoint;
mod exchange;
mod sleeper;
mod verify;
mod worker;

/// Everything that goes wrong here ends the program with its reason.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("endpoint") => endpoint::serve(),
        Some("sleeper") => {
            let pause = std::env::args().nth(2).ok_or("say how many milliseconds")?.parse()?;
            sleeper::serve(std::time::Duration::from_millis(pause))
        }
        Some("worker") => worker::run(),
        _ => Err("say endpoint, sleeper or worker".into()),
    }
}
