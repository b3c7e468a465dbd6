//! What the tool takes.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

const PROFILES: [&str; 7] = [
    "generic",
    "id_token",
    "access_token",
    "logout_token",
    "client_assertion",
    "introspection_response",
    "security_event",
];

pub(super) fn parse(arguments: &[String]) -> Result<ArgMatches, clap::Error> {
    let named = std::iter::once("ferroauth").chain(arguments.iter().map(String::as_str));
    command().try_get_matches_from(named)
}

fn token() -> Arg {
    Arg::new("token").value_name("TOKEN").help("The token; standard input without it or with '-'")
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

fn json() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("Answer with JSON")
}

fn passphrase() -> Arg {
    option("passphrase-file", "FILE", "A file that has the passphrase of encrypted keys and nothing else")
}

fn private_addresses() -> Arg {
    let help = "Allow providers on private addresses";
    Arg::new("allow-private").long("allow-private").action(ArgAction::SetTrue).help(help)
}

fn command() -> Command {
    Command::new("ferroauth")
        .version(crate::host::version())
        .about("Looks at tokens, verifies them, makes keys and publishes them, logs users in")
        .after_help("Exit status: 0 done, 1 refused, 2 wrong usage, 3 the provider could not be asked.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands([inspect(), verify(), keygen(), jwks(), login(), local_redirect()])
}

fn inspect() -> Command {
    Command::new("inspect")
        .about("Shows what is in a token, WITHOUT verifying it")
        .after_help("Example:  pbpaste | ferroauth inspect")
        .args([token(), json()])
}

fn verify() -> Command {
    Command::new("verify")
        .about("Verifies a token, and says why if it is refused")
        .after_help(
            "Without --key and --jwks-uri the keys are discovered from the issuer.\n\
             Example:  ferroauth verify --issuer https://idp.example.com --audience my-api < token.txt",
        )
        .args([
            token(),
            option("issuer", "URL", "The exact issuer; may be repeated").action(ArgAction::Append),
            Arg::new("any-issuer")
                .long("any-issuer")
                .action(ArgAction::SetTrue)
                .conflicts_with("issuer")
                .help("Do not check the issuer"),
            option("audience", "TEXT", "Who the token must be for; may be repeated")
                .action(ArgAction::Append),
            Arg::new("any-audience")
                .long("any-audience")
                .action(ArgAction::SetTrue)
                .conflicts_with("audience")
                .help("Do not check the audience"),
            option("key", "FILE", "Verify with these keys: PEM, JWK or JWK set").conflicts_with("jwks-uri"),
            passphrase(),
            option("jwks-uri", "URL", "Fetch the key set from here"),
            option("algorithm", "ALG", "Allow this algorithm; needed with --key, may be repeated")
                .action(ArgAction::Append),
            option("profile", "KIND", "The kind of token").value_parser(PossibleValuesParser::new(PROFILES)),
            option("nonce", "TEXT", "The nonce that was sent, for an ID token"),
            option("leeway", "SECONDS", "Clock tolerance, 0 to 300")
                .value_parser(clap::value_parser!(u32).range(0..=300)),
            option("at", "SECONDS", "Verify as of this time since the epoch, instead of now")
                .value_parser(clap::value_parser!(i64)),
            private_addresses(),
            json(),
        ])
}

fn keygen() -> Command {
    Command::new("keygen")
        .about("Makes a key")
        .after_help(
            "The private key goes to --out, which must not exist yet and is readable by its owner only, or to standard output. With a passphrase \
             it is encrypted, in PEM.\n\
             Example:  ferroauth keygen ES256 --out key.json > public.json",
        )
        .args([
            Arg::new("algorithm").value_name("ALG").default_value("ES256").help("What it is for"),
            option("kid", "ID", "The key id; by default the key's thumbprint (RFC 7638)"),
            option("format", "FORMAT", "Of the private key").value_parser(["jwk", "pem"]).default_value("jwk"),
            passphrase(),
            option("out", "FILE", "Write the private key here, and the public one to standard output"),
        ])
}

fn jwks() -> Command {
    Command::new("jwks")
        .about("Makes a public JWK set of key files, or fetches a provider's")
        .after_help(
            "Private keys are read for their public half; secrets are refused.\n\
             Example:  ferroauth jwks new.pem old.pem > jwks.json\n\
             Example:  ferroauth jwks --issuer https://idp.example.com --list",
        )
        .args([
            Arg::new("files").value_name("FILE").num_args(0..).help("PEM, JWK or JWK set"),
            passphrase(),
            option("issuer", "URL", "Fetch the set of this issuer").conflicts_with_all(["files", "url"]),
            option("url", "URL", "Fetch the set from here").conflicts_with("files"),
            Arg::new("list")
                .long("list")
                .action(ArgAction::SetTrue)
                .help("List the keys instead of writing the set"),
            private_addresses(),
        ])
}

fn seconds(help: &'static str) -> Arg {
    option("timeout", "SECONDS", help).value_parser(clap::value_parser!(u32).range(1..=86_400))
}

fn login() -> Command {
    Command::new("login")
        .about("Logs a user in with a browser on this machine")
        .after_help(
            "The redirect URI is http://127.0.0.1:PORT/callback; authorization servers take any port of it (RFC 8252 section 7.3), \
             or the one that --port fixes. The address is said in any case; a browser is opened with it if there are a terminal and a display, and neither \
             SSH nor CI. Tokens are shown as *** unless --show-tokens is given.\n\
             Example:  ferroauth login --issuer https://idp.example.com --client-id abc --scope openid --scope email",
        )
        .args([
            option("issuer", "URL", "The provider").required(true),
            option("client-id", "ID", "The client identifier").required(true),
            option("client-secret-file", "FILE", "A file that has the client secret and nothing else"),
            option("scope", "SCOPE", "A scope, openid if left out; may be repeated").action(ArgAction::Append),
            option("port", "PORT", "Listen on this port; a free one if left out")
                .value_parser(clap::value_parser!(u16)),
            option("path", "PATH", "The path of the redirect URI").default_value("/callback"),
            Arg::new("localhost")
                .long("localhost")
                .action(ArgAction::SetTrue)
                .help("Call this machine localhost in the redirect URI"),
            Arg::new("no-browser")
                .long("no-browser")
                .action(ArgAction::SetTrue)
                .help("Say the address and open no browser"),
            seconds("How long to wait for the user; 300 if left out"),
            option("out", "FILE", "Write the tokens to a new file that only its owner can read"),
            Arg::new("show-tokens").long("show-tokens").action(ArgAction::SetTrue).help("Answer with the tokens"),
            private_addresses(),
        ])
}

fn local_redirect() -> Command {
    Command::new("local-redirect")
        .about("Redirects requests to this machine to a development site, with their query")
        .after_help(
            "For authorization servers that allow http on localhost only. It goes on until it is interrupted.\n\
             Example:  ferroauth local-redirect --to https://site.example/civicrm/oauth-client/return",
        )
        .args([
            option("to", "URL", "Where requests are sent").required(true),
            option("listen", "HOST:PORT", "Listen here").default_value("localhost:3000"),
            seconds("End after this time"),
        ])
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        super::command().debug_assert();
    }
}
