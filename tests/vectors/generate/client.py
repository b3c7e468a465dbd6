"""Rows E1, E10, E11, F8, F9 and J12 as far as no exchange is needed: services, clients, requests, PKCE."""

import hashlib

from encoding import NOW, Suite, b64, concat, dumps, repeat
from algorithms import configure
from provider import CHALLENGE, ENTROPY, ISSUER, METADATA, NONCE, STATE, VERIFIER, client, metadata, service

BAD_URLS = {
    "file": "file:///etc/passwd", "ftp": "ftp://idp.example.com/x", "data": "data:text/plain,x", "javascript": "javascript:alert(1)",
    "gopher": "gopher://idp.example.com/", "plain-http": "http://idp.example.com/x", "userinfo-host": "http://localhost:80@evil.example/",
    "userinfo": "https://user:pw@idp.example.com/x", "empty-userinfo": "https://@idp.example.com/x", "crlf": "https://idp.example.com\r\n/x",
    "line-feed-in-path": "https://idp.example.com/x\ny", "tab": "https://idp.exa\tmple.com/x", "nul": "https://idp.example.com/\0", "space": "https://idp.example.com/a b",
    "decimal-address": "https://2130706433/x", "octal-address": "https://0177.0.0.1/x", "hexadecimal-address": "https://0x7f000001/x", "short-address": "https://127.1/x",
    "mixed-script": "https://idp.ex\u0430mple.com/x", "full-width": "https://idp\uff0eexample.com/x", "percent-in-host": "https://idp%2eexample.com/x",
    "backslash": "https://idp.example.com\\@evil.example/", "private": "https://10.0.0.1/x", "private-b": "https://172.16.5.5/x", "private-c": "https://192.168.1.1/x",
    "link-local": "https://169.254.169.254/latest", "unspecified": "https://0.0.0.0/x", "shared": "https://100.64.0.1/x", "unique-local": "https://[fd00::1]/x",
    "mapped": "https://[::ffff:10.0.0.1]/x", "v6-link-local": "https://[fe80::1]/x", "fragment": "https://idp.example.com/x#y", "no-authority": "https:idp.example.com/x",
    "no-scheme": "//idp.example.com/x", "relative": "/x", "empty": "", "no-host": "https:///x", "leading-space": " https://idp.example.com/x",
    "very-long": "https://idp.example.com/" + "x" * 5000, "http-named-like-loopback": "http://localhost.evil.example/x",
    "http-named-like-an-address": "http://127.0.0.1.evil.example/x",
}
GOOD_URLS = {"plain": f"{ISSUER}/x", "port": f"{ISSUER}:8443/x", "query": f"{ISSUER}/x?tenant=a", "host-only": "https://idp.example.com"}


def build():
    suite = Suite("Services, clients, authorization requests and PKCE: what is refused before anything is sent.")
    urls(suite)
    addresses(suite)
    documents(suite)
    clients(suite)
    requests(suite)
    pkce(suite)
    return suite


def urls(suite):
    for name, url in BAD_URLS.items():
        suite.case(f"E1-endpoint-{name}", "service", {"text": dumps(metadata(token_endpoint=url))}, "metadata.endpoint")
        if url.startswith("http") and "#" not in url:
            configure(suite, f"E1-jwks-uri-{name}", "config.url", {"discover": True}, jwks_uri=url)
    for name in ("file", "plain-http", "userinfo-host", "crlf", "fragment", "relative", "empty", "javascript", "data", "mixed-script", "no-host"):
        given = {"service": service(), "client": client(redirect_uri=BAD_URLS[name])}
        suite.case(f"E1-redirect-uri-{name}", "configure_client", given, "config.url")
    for name in ("file", "plain-http", "userinfo-host", "crlf", "private", "link-local", "decimal-address", "mixed-script", "empty"):
        suite.case(f"E1-base-url-{name}", "service", {"preset": "frappe", "options": {"base_url": BAD_URLS[name]}}, "config.url")
        configure(suite, f"E1-issuer-{name}", "config.url", {"discover": True}, issuer=BAD_URLS[name])
    configure(suite, "E1-issuer-with-query", "config.url", {"discover": True}, issuer=f"{ISSUER}/?x=1")
    for name, url in GOOD_URLS.items():
        suite.case(f"E1-accepted-{name}", "service", {"text": dumps(metadata(token_endpoint=url))}, {"issuer": ISSUER, "document": {"token_endpoint": url}})
    for name, host in (("localhost", "http://localhost:9000"), ("address", "http://127.0.0.1:9000"), ("v6", "http://[::1]:9000")):
        members = {"issuer": host, "token_endpoint": f"{host}/token"}
        suite.case(f"E1-accepted-loopback-{name}", "service", {"text": dumps(members)}, {"issuer": host})
    private = {"token_endpoint": "https://10.0.0.1/token", "network": {"allow_private": True}}
    suite.case("E1-accepted-private-by-name", "service", {"text": dumps(private)}, {"issuer": None})
    for name, uri in (("private-use-scheme", "com.example.app:/callback"), ("loopback", "http://127.0.0.1:3000/cb"), ("query", "https://app.example.com/cb?x=1")):
        suite.case(f"E1-redirect-uri-accepted-{name}", "configure_client", {"service": service(), "client": client(redirect_uri=uri)}, {})


# Each kind of address that is not the public's, and the next one beside it that is.
SPECIAL = {
    "this-network": "0.1.2.3", "private-a": "10.1.2.3", "private-b": "172.31.255.255", "private-c": "192.168.1.1", "metadata-service": "169.254.169.254", "azure": "168.63.129.16",
    "shared": "100.64.0.1", "protocol": "192.0.0.8", "documentation": "192.0.2.1", "documentation-2": "198.51.100.1", "documentation-3": "203.0.113.1", "benchmark": "198.19.255.255",
    "multicast": "224.0.0.1", "reserved": "240.0.0.1", "broadcast": "255.255.255.255", "v6-unspecified": "[::]", "v6-mapped-private": "[::ffff:a00:1]",
    "v6-mapped-metadata": "[::ffff:a9fe:a9fe]", "v6-compatible": "[::a00:1]", "v6-nat64": "[64:ff9b::a00:1]", "v6-6to4": "[2002:a00:1::1]", "v6-link-local": "[fe80::1]", "v6-site-local": "[fec0::1]",
    "v6-unique-local": "[fc00::1]", "v6-unique-local-d": "[fd12::1]", "v6-multicast": "[ff02::1]", "v6-documentation": "[2001:db8::1]", "v6-teredo": "[2001::1]", "v6-not-assigned": "[4000::1]",
}
PUBLIC = {"v4": "1.1.1.1", "after-private-b": "172.32.0.1", "before-shared": "100.63.255.255", "after-shared": "100.128.0.1", "after-benchmark": "198.20.0.1", "v6": "[2606:4700::1111]",
          "v6-nat64": "[64:ff9b::101:101]", "v6-6to4": "[2002:101:101::1]"}


def addresses(suite):
    """E2: what is written as an address is vetted when it is configured; names are when they are looked up (tests/faults)."""
    for name, host in SPECIAL.items():
        members = metadata(token_endpoint=f"https://{host}/token")
        suite.case(f"E2-address-{name}", "service", {"text": dumps(members)}, "metadata.endpoint")
        suite.case(f"E2-address-{name}-by-name", "service", {"text": dumps(members | {"network": {"allow_private": True}})}, {"issuer": ISSUER})
        configure(suite, f"E2-keys-at-{name}", "config.url", {"discover": True}, jwks_uri=f"https://{host}/jwks")
        configure(suite, f"E2-issuer-at-{name}", "config.url", {"discover": True}, issuer=f"https://{host}")
    for name, host in PUBLIC.items():
        suite.case(f"E2-public-{name}", "service", {"text": dumps(metadata(token_endpoint=f"https://{host}/token"))}, {"issuer": ISSUER})


def documents(suite):
    def refuse(name, code, **changed):
        suite.case(f"E10-{name}", "service", {"text": dumps(metadata(**changed))}, code)

    for name in ("authorization_endpoint", "introspection_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri", "issuer"):
        refuse(f"http-{name.replace('_', '-')}", "metadata.endpoint", **{name: "http://idp.example.com/x"})
        refuse(f"number-{name.replace('_', '-')}", "metadata.malformed", **{name: 1})
    refuse("private-jwks-uri", "metadata.endpoint", jwks_uri="https://192.168.0.1/jwks")
    refuse("loopback-jwks-uri-of-a-public-issuer", "metadata.endpoint", jwks_uri="http://127.0.0.1:8080/jwks")
    refuse("loopback-token-endpoint-of-a-public-issuer", "metadata.endpoint", token_endpoint="http://localhost/token")
    refuse("issuer-with-query", "metadata.endpoint", issuer=f"{ISSUER}?x=1")
    refuse("issuer-with-fragment", "metadata.endpoint", issuer=f"{ISSUER}#x")
    refuse("unsigned-id-tokens", "metadata.algorithm", id_token_signing_alg_values_supported=["RS256", "none"])
    refuse("unsigned-id-tokens-only", "metadata.algorithm", id_token_signing_alg_values_supported=["none"])
    refuse("unsigned-id-tokens-in-mixed-case", "metadata.algorithm", id_token_signing_alg_values_supported=["None", "ES256"])
    refuse("plain-only", "metadata.pkce_unsupported", code_challenge_methods_supported=["plain"])
    refuse("no-challenge-method", "metadata.pkce_unsupported", code_challenge_methods_supported=[])
    refuse("s256-in-lower-case", "metadata.pkce_unsupported", code_challenge_methods_supported=["s256"])
    refuse("challenge-methods-text", "metadata.malformed", code_challenge_methods_supported="S256")
    refuse("algorithms-text", "metadata.malformed", id_token_signing_alg_values_supported="RS256")
    refuse("iss-parameter-text", "metadata.malformed", authorization_response_iss_parameter_supported="true")
    for name, text in {
        "empty": "", "not-json": "hello", "list": "[]", "null": "null", "text": '"x"', "repeated-member": '{"issuer":"a","issuer":"b"}',
        "repeated-escaped": '{"token_endpoint":"https://a.example/","token\\u005fendpoint":"https://b.example/"}', "trailing-text": dumps(METADATA) + "x",
        "byte-order-mark": "\ufeff" + dumps(METADATA), "lone-surrogate": '{"x":"\\ud800"}', "deep": '{"x":' + "[" * 100 + "]" * 100 + "}",
        "inexact-number": '{"x":9007199254740993}', "nul": '{"x":"a\0b"}',
    }.items():
        suite.case(f"E10-document-{name}", "service", {"text": text}, "config.invalid")
    suite.case("E10-document-of-ten-megabytes", "service", {"text": concat('{"x":"', repeat("x", 10_000_000), '"}')}, "config.invalid")
    suite.case("E10-document-nested-a-million-times", "service", {"text": repeat('{"x":', 200_000)}, "config.invalid")
    suite.case("E10-accepted", "service", {"text": dumps(METADATA)}, {"issuer": ISSUER, "document": METADATA})
    suite.case("E10-accepted-unknown-members", "service", {"text": dumps(metadata(x_note={"a": [1]}))}, {"document": {"x_note": {"a": [1]}}})
    civi = {"name": "x", "options": {"urlAuthorize": "https://login.example.com/{{tenant}}/authorize", "urlAccessToken": "https://login.example.com/token",
                                     "urlResourceOwnerDetails": "{{use_id_token}}", "scopes": ["openid"]}}
    suite.case("E10-accepted-civicrm-provider-file", "service", {"text": dumps(civi)},
               {"issuer": None, "document": {"token_endpoint": "https://login.example.com/token", "authorization_endpoint": "https://login.example.com/common/authorize"}})
    bad = {"options": civi["options"] | {"urlAccessToken": "http://login.example.com/token"}}
    suite.case("E10-civicrm-provider-file-with-http", "service", {"text": dumps(bad)}, "metadata.endpoint")
    for name in ("frappe", "drupal_simple_oauth", "farmos"):
        suite.case(f"E10-preset-{name}", "service", {"preset": name, "options": {"base_url": "https://erp.example.com"}}, {"issuer": "https://erp.example.com"})
    suite.case("E10-preset-unknown", "service", {"preset": "nobody", "options": {"base_url": "https://erp.example.com"}}, "config.invalid")
    suite.case("E10-preset-without-base-url", "service", {"preset": "frappe", "options": {}}, "config.invalid")


def clients(suite):
    def refuse(name, code, service_text=None, **changed):
        suite.case(name, "configure_client", {"service": service_text or service(), "client": client(**changed)}, code)

    control = {"crlf": "a\r\nb", "cr": "a\rb", "lf": "a\nb", "nul": "a\0b", "escape": "a\x1bb", "delete": "a\x7fb", "next-line": "a\u0085b"}
    for name, text in control.items():
        refuse(f"E11-client-id-{name}", "config.control_character", client_id=text)
        refuse(f"E11-client-secret-{name}", "config.control_character", client_secret=text)
        given = {"now": NOW, "entropy": ENTROPY, "service": service(), "client": client()}
        suite.case(f"E11-scope-{name}", "begin_authorization", given | {"options": {"scopes": [text]}}, "config.control_character")
        suite.case(f"E11-parameter-{name}", "begin_authorization", given | {"options": {"parameters": {"login_hint": text}}}, "config.control_character")
    refuse("J12-client-id-empty", "config.invalid", client_id="")
    refuse("J12-client-secret-empty", "config.invalid", client_secret="")
    refuse("J12-client-id-very-long", "config.invalid", client_id="x" * 5000)
    refuse("C2-client-leeway-negative", "config.invalid", leeway=-1)
    refuse("C2-client-leeway-huge", "config.leeway", leeway=301)
    refuse("F1-pending-lifetime-zero", "config.invalid", pending_lifetime=0)
    refuse("F1-pending-lifetime-of-a-year", "config.invalid", pending_lifetime=31_536_000)
    refuse("F12-basic-without-secret", "config.client_authentication", client_secret=..., authentication_method="client_secret_basic")
    refuse("F12-post-without-secret", "config.client_authentication", client_secret=..., authentication_method="client_secret_post")
    refuse("F12-none-with-secret", "config.client_authentication", authentication_method="none")
    refuse("F12-unknown-method", "config.invalid", authentication_method="client_secret_rot13")
    refuse("E10-no-token-endpoint", "metadata.missing_endpoint", service(token_endpoint=...))
    for name, listed in {"empty": [], "mixed": ["HS256", "RS256"]}.items():
        refuse(f"B3-id-token-algorithms-{name}", "config.algorithms", id_token_algorithms=listed)
    refuse("B3-id-token-algorithms-none", "config.unsupported_algorithm", id_token_algorithms=["none"])
    for name, changed in {
        "confidential": {}, "public": {"client_secret": ...}, "post": {"authentication_method": "client_secret_post"}, "without-redirect-uri": {"redirect_uri": ...},
        "odd-but-printable": {"client_id": "a:b+c d%é", "client_secret": "pä$$:w %+&="}, "id-token-algorithms": {"id_token_algorithms": ["RS256", "ES256"]},
    }.items():
        suite.case(f"E11-accepted-{name}", "configure_client", {"service": service(), "client": client(**changed)}, {})


def requests(suite):
    given = {"now": NOW, "entropy": ENTROPY, "service": service(), "client": client()}
    fixed = {"response_type": "code", "client_id": "abc", "redirect_uri": "https://app.example.com/callback", "state": STATE, "nonce": NONCE,
             "code_challenge": CHALLENGE, "code_challenge_method": "S256"}

    def begin(name, options, expect, **changed):
        if isinstance(expect, dict):
            expect = {"state": STATE, "url": {"base": f"{ISSUER}/authorize", "parameters": fixed | expect}}
        suite.case(name, "begin_authorization", given | {"options": options} | changed, expect)

    begin("F8-every-request-has-state-nonce-and-s256", {"scopes": ["email"]}, {"scope": "email"})
    begin("F8-openid", {"scopes": ["openid", "email", "profile"]}, {"scope": "openid email profile"})
    begin("F8-no-scope", {}, {})
    begin("F8-repeated-scope", {"scopes": ["a", "b", "a"]}, {"scope": "a b"})
    begin("F8-further-parameters", {"scopes": ["a"], "parameters": {"prompt": "login", "login_hint": "zoë+x@example.com", "ui_locales": "de en"}},
          {"scope": "a", "prompt": "login", "login_hint": "zoë+x@example.com", "ui_locales": "de en"})
    begin("F8-public-client", {"scopes": ["a"]}, {"scope": "a"}, client=client(client_secret=...))
    for name in ("response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "request", "request_uri", "response_mode"):
        begin(f"F8-parameter-{name.replace('_', '-')}-is-reserved", {"parameters": {name: "plain"}}, "config.invalid")
    for name, scope in {"empty": "", "space": "a b", "quote": 'a"b', "backslash": "a\\b", "non-ascii": "é"}.items():
        begin(f"E11-scope-{name}", {"scopes": [scope]}, "config.invalid")
    begin("E11-two-hundred-and-one-scopes", {"scopes": [f"s{i}" for i in range(201)]}, "config.invalid")
    begin("F1-without-redirect-uri", {}, "config.invalid", client=client(redirect_uri=...))
    begin("E10-without-authorization-endpoint", {}, "metadata.missing_endpoint", service=service(authorization_endpoint=...))
    begin("E10-openid-without-issuer", {"scopes": ["openid"]}, "metadata.missing_endpoint", service=service(issuer=...))
    begin("E10-openid-without-key-set", {"scopes": ["openid"]}, "metadata.missing_endpoint", service=service(jwks_uri=...))
    begin("J12-parameter-name-empty", {"parameters": {"": "x"}}, "config.invalid")
    begin("C4-max-age-of-text", {"parameters": {"max_age": "soon"}}, "config.invalid")
    for name, path in {"root": "/", "path": "/a/b?c=d&e=f", "civicrm": "/civicrm/dashboard?reset=1&next=%2Fx"}.items():
        begin(f"F9-accepted-{name}", {"return_to": path}, {})
    for name, path in {
        "protocol-relative": "//evil.example", "backslash": "/\\evil.example", "two-backslashes": "\\\\evil.example", "encoded-slashes": "/%2f%2fevil.example",
        "encoded-slash": "/%2Fevil.example", "encoded-backslash": "/%5cevil.example", "double-encoded": "/%252f%252fevil.example", "javascript": "javascript:alert(1)",
        "absolute": "https://evil.example/", "tab": "/\t/evil.example", "line-feed": "/a\n", "relative": "a", "empty": "", "nul": "/\0", "dot-segments": "/a/../..//evil.example",
        "space": "/ /evil.example", "data": "data:text/html,x", "scheme-relative-later": "/x//evil.example/..", "non-ascii": "/é", "leading-space": " /a",
    }.items():
        begin(f"F9-{name}", {"return_to": path}, "config.return_to")


def pkce(suite):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    longest = (alphabet * 2)[:128]
    for name, verifier in {"shortest": alphabet[:43], "longest": longest, "every-character": alphabet, "generated": VERIFIER}.items():
        challenge = b64(hashlib.sha256(verifier.encode()).digest())
        suite.case(f"F8-challenge-{name}", "pkce_challenge", {"verifier": verifier}, {"challenge": challenge})
        suite.case(f"F8-verified-{name}", "pkce_verify", {"verifier": verifier, "challenge": challenge}, {"matches": True})
    for name, verifier in {
        "42-characters": alphabet[:42], "129-characters": longest + "a", "empty": "", "space": "a" * 42 + " ", "plus": "a" * 42 + "+", "equals": "a" * 43 + "=",
        "slash": "a" * 42 + "/", "non-ascii": "a" * 42 + "é", "nul": "a" * 43 + "\0", "line-feed": "a" * 43 + "\n",
    }.items():
        suite.case(f"F8-challenge-of-{name}", "pkce_challenge", {"verifier": verifier}, "config.pkce")
        suite.case(f"F8-verify-of-{name}", "pkce_verify", {"verifier": verifier, "challenge": CHALLENGE}, "config.pkce")
    suite.case("F8-megabyte-verifier", "pkce_challenge", {"verifier": repeat("a", 1_000_000)}, "config.pkce")
    for name, challenge in {
        "other": b64(hashlib.sha256(b"other").digest()), "plain": VERIFIER, "empty": "", "padded": CHALLENGE + "=", "prefix": CHALLENGE[:-1], "longer": CHALLENGE + "A",
        "other-case": CHALLENGE.swapcase(), "hexadecimal": hashlib.sha256(VERIFIER.encode()).hexdigest(), "nul": CHALLENGE + "\0",
    }.items():
        suite.case(f"F8-not-verified-{name}", "pkce_verify", {"verifier": VERIFIER, "challenge": challenge}, {"matches": False})
