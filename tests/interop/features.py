"""The table of README.md: what the client can do x host x judge. Made from the scenarios, so that it names no judge that did not judge.

    features.py --check     exits 1 where README.md has another table
    features.py --write     writes it into README.md

A judge is a server that we did not write, with the number of scenarios that each host plays at it (`make interop`), or files of the
shared suite, whose cases each host runs.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent.resolve()
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(HERE.parent / "demo")]

from stage import SCENARIOS

BEGIN, END = "<!-- features: made by tests/interop/features.py -->", "<!-- /features -->"
SERVERS = {"oidc-provider": "oidc-provider", "frappe": "oauthlib, as Frappe", "authlib": "Authlib", "idpyoidc": "idpyoidc"}

# A feature, how the scenarios about it are called (a pattern), and the files of the shared suite that are about it.
FEATURES: list[tuple[str, str, tuple[str, ...]]] = [
    ("Authorization code with PKCE, state and nonce, sealed or not", r"^code\b|^preset: code|PKCE|verifier|that was used|^sealed|denies|cancels", ("scenarios/login",)),
    ("ID tokens: RS256, PS256, ES256, EdDSA, HS256 under the secret; encrypted", r"ID token|^code, PKCE", ("scenarios/login", "vectors/claims")),
    ("Discovery (OpenID Connect, RFC 8414)", r"^discovery", ("scenarios/keys",)),
    ("Issuer in the response (RFC 9207), mix-up", r"RFC 9207|mix-up|announces", ("scenarios/login",)),
    ("Wrong secret, client, redirect URI, scope: the server's refusals", r"wrong secret|another secret|not registered|does not know|may not|may not have|without PKCE", ()),
    ("Refresh: rotation, scopes, held to the login", r"[Rr]efresh", ("scenarios/grants",)),
    ("Client credentials", r"[Cc]lient credentials", ("scenarios/grants",)),
    ("Device authorization (RFC 8628)", r"^device", ("scenarios/other-grants",)),
    ("CIBA, poll", r"^CIBA", ("scenarios/other-grants",)),
    ("Password, extension grants", r"^password|extension grant", ("scenarios/other-grants",)),
    ("JWT bearer (RFC 7523)", r"^JWT bearer", ("scenarios/other-grants",)),
    ("Token exchange (RFC 8693)", r"^token exchange", ("scenarios/other-grants",)),
    ("SAML bearer (RFC 7522)", r"^SAML bearer", ("scenarios/other-grants",)),
    ("Client authentication: secret in header and body, none", r"secret in|^a secret in|public client", ("scenarios/authentication",)),
    ("`private_key_jwt`, `client_secret_jwt`", r"private_key_jwt|client_secret_jwt", ("scenarios/authentication",)),
    ("Client certificates, bound tokens (RFC 8705)", r"tls_client_auth", ("scenarios/authentication",)),
    ("CiviConnect's JWT as secret", "", ("scenarios/authentication",)),
    ("Pushed requests (RFC 9126)", r"PAR", ("scenarios/requests",)),
    ("Signed and encrypted requests (RFC 9101)", r"^JAR\b", ("scenarios/requests", "scenarios/request-objects")),
    ("`response_mode` fragment, form_post, web_message", r"^response_mode", ("scenarios/requests",)),
    ("Signed responses (JARM)", r"^JARM", ("scenarios/requests",)),
    ("Resource indicators (RFC 8707)", r"resource indicator|a resource that|of two resources", ("scenarios/requests", "scenarios/other-grants")),
    ("`authorization_details` (RFC 9396)", r"^RAR", ("scenarios/requests", "scenarios/other-grants")),
    ("`prompt`, `login_hint`, `max_age`, `claims`", r"^prompt|^login_hint|^max_age|claims parameter", ("scenarios/requests",)),
    ("DPoP (RFC 9449), with nonces", r"^DPoP", ("scenarios/dpop",)),
    ("Step-up and other challenges (RFC 9470)", r"^step-up", ("vectors/challenges",)),
    ("Introspection: JSON (RFC 7662), signed (RFC 9701), encrypted, kept", r"introspection", ("scenarios/replies",)),
    ("Revocation (RFC 7009)", r"revocation", ("scenarios/grants",)),
    ("Userinfo: plain, signed, encrypted", r"userinfo|openid_profile", ("scenarios/replies",)),
    ("JWT access tokens verified (RFC 9068)", r"RFC 9068|a JWT for that API|is no access token", ("scenarios/resource-server",)),
    ("Logout: RP-initiated, back-channel, front-channel", r"logout", ("scenarios/sessions",)),
    ("Registration and its management (RFC 7591, RFC 7592)", r"registration", ("scenarios/sessions",)),
    ("Metadata of protected resources (RFC 9728)", r"RFC 9728", ("scenarios/sessions",)),
    ("Presets; CiviCRM's provider files; Frappe's Connected App and Social Login Key", r"^preset|provider file|record", ("scenarios/services",)),
    ("Declared quirks", r"quirk|ten characters", ("scenarios/quirks",)),
    ("Redirect URLs classified, CiviCRM's rule; SASL for mail", r"", ("vectors/edges",)),
    ("Events, without secrets", r"", ("scenarios/events",)),
    ("The host carries the traffic", r"host carries", ("scenarios/grants",)),
]


def judges(pattern: str, files: tuple[str, ...]) -> str:
    found = []
    for server, name in SERVERS.items():
        count = sum(one.server == server and re.search(pattern, one.name) is not None for one in SCENARIOS) if pattern else 0
        found += [f"{name} {count}"] if count else []
    for file in files:
        if not json.loads((ROOT / f"tests/{file}.json").read_text("utf-8")).get("cases"):
            raise SystemExit(f"{file} has no cases")
    return " · ".join([*found, *(f"`{file}`" for file in files)])


def table() -> str:
    unseen = {one.name for one in SCENARIOS if not any(pattern and re.search(pattern, one.name) for _, pattern, _ in FEATURES)}
    if unseen:
        print("scenarios of no feature:", *sorted(unseen), sep="\n  ")
    lines = ["| Feature | Python | Node | PHP | Judged by: scenarios at a server, files of the shared suite |", "|---|:-:|:-:|:-:|---|"]
    for name, pattern, files in FEATURES:
        judged = judges(pattern, files)
        if not judged or (pattern and not re.search(r"\d", judged)):
            raise SystemExit(f"nobody judges: {name}")
        lines.append(f"| {name} | ✓ | ✓ | ✓ | {judged} |")
    return "\n".join(lines)


def main() -> int:
    for file in sorted((HERE / "scenarios").glob("*.py")):
        importlib.import_module(f"scenarios.{file.stem}")
    readme = ROOT / "README.md"
    text = readme.read_text("utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    wanted = f"{before}{BEGIN}\n{table()}\n{END}{after}"
    if "--write" in sys.argv:
        readme.write_text(wanted, "utf-8")
    elif wanted != text:
        print("README.md has another table of features: python3 tests/interop/features.py --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
