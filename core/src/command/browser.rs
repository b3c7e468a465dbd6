//! A browser for the user who logs in.
//!
//! Opening one is a favour: the address is on the screen in any case, so whatever does not work is passed over in silence.

use std::env::var_os;
use std::io::IsTerminal as _;
use std::process::{Command, Stdio};

/// What hands an address to the user's browser: a program and what stands before the address. The first that starts is used.
#[cfg(target_os = "macos")]
const OPENERS: [(&str, &[&str]); 1] = [("open", &[])];
#[cfg(windows)]
const OPENERS: [(&str, &[&str]); 1] = [("rundll32", &["url.dll,FileProtocolHandler"])];
#[cfg(not(any(target_os = "macos", windows)))]
const OPENERS: [(&str, &[&str]); 2] = [("xdg-open", &[]), ("gio", &["open"])];

/// Whether a user sits before this machine: there is a terminal to read what is said, a display (elsewhere than on macOS and Windows) to show
/// a browser, and no automation. Over SSH nobody can tell on whose screen a browser would appear.
pub(super) fn is_at_hand() -> bool {
    let set = |name: &str| var_os(name).is_some_and(|value| !value.is_empty());
    let display = cfg!(any(target_os = "macos", windows)) || set("DISPLAY") || set("WAYLAND_DISPLAY");
    let elsewhere = ["CI", "SSH_CONNECTION", "SSH_TTY"].into_iter().any(set);
    display && !elsewhere && std::io::stderr().is_terminal()
}

/// Opens an address that this library made, hence one that begins with `https://` or `http://` and is no option of any program. No shell
/// reads it, and nothing of what an opener says reaches this terminal. Other users of this machine may see the address while the opener
/// runs: it has the state and the nonce, but neither the code verifier nor a credential.
pub(super) fn open(address: &str) {
    for (program, before) in OPENERS {
        let mut opener = Command::new(program);
        opener.args(before).arg(address);
        opener.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // A group of its own, or Ctrl-C here would end the browser, too.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut opener, 0);
        if opener.spawn().is_ok() {
            return;
        }
    }
}
