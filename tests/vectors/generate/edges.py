"""Rows E1, E2, E11 and F9 at the edges: redirect URIs and their kinds, return paths, and tokens as passwords of mail."""

import base64
import json

from encoding import NOW, Suite, repeat
from provider import ENTROPY, STATE, client, service

# Name: URL, kind, codes of the reasons, and whether CiviCRM warns.
REDIRECTS = {
    "https": ("https://app.example.com/callback", "https", [], False),
    "https-port-and-query": ("https://app.example.com:8443/cb?tenant=a", "https", [], False),
    "https-host-only": ("https://app.example.com", "https", [], False),
    "loopback-address": ("http://127.0.0.1:3000/cb", "loopback", [], False),
    "loopback-address-without-port": ("http://127.0.0.1/cb", "loopback", [], False),
    "loopback-other-address": ("http://127.9.9.9:3000/cb", "loopback", [], True),
    "loopback-v6": ("http://[::1]:3000/cb", "loopback", [], True),
    "loopback-localhost": ("http://localhost:3000/cb", "loopback", ["localhost_name"], False),
    "loopback-over-https": ("https://localhost:3000/cb", "loopback", ["localhost_name"], False),
    "upper-case-scheme-loopback": ("HTTP://127.0.0.1:3000/cb", "loopback", ["upper_case"], False),
    "upper-case-host": ("https://App.Example.com/cb", "https", ["upper_case"], False),
    "default-port": ("https://app.example.com:443/cb", "https", ["default_port"], False),
    "punycode": ("https://xn--bcher-kva.example/cb", "https", ["punycode"], False),
    "private-address": ("https://192.168.1.5/cb", "private_network", ["private_network"], False),
    "private-v6": ("https://[fd00::1]/cb", "private_network", ["private_network"], False),
    "private-mapped": ("https://[::ffff:a00:1]/cb", "private_network", ["private_network"], False),
    "private-single-label": ("https://intranet/cb", "private_network", ["private_network"], False),
    "private-multicast-name": ("https://printer.local/cb", "private_network", ["private_network"], False),
    "private-home": ("https://nas.home.arpa/cb", "private_network", ["private_network"], False),
    "private-below-localhost": ("https://app.localhost/cb", "private_network", ["private_network"], False),
    "metadata-service": ("https://169.254.169.254/cb", "private_network", ["private_network"], False),
    "custom": ("com.example.app:/callback", "custom_scheme", [], False),
    "custom-without-slash": ("com.example.app:callback", "custom_scheme", [], False),
    "custom-authority": ("com.example.app://callback", "custom_scheme", ["scheme_authority"], False),
    "custom-upper-case": ("com.Example.app:/callback", "custom_scheme", ["upper_case"], False),
    # What is refused.
    "plain-http": ("http://app.example.com/cb", "refused", ["plain_http"], True),
    "named-like-localhost": ("http://localhost.evil.example/cb", "refused", ["plain_http"], False),
    "named-like-an-address": ("http://127.0.0.1.evil.example/cb", "refused", ["plain_http"], False),
    "localhost-in-path": ("http://evil.example//localhost", "refused", ["plain_http"], False),
    "localhost-in-query": ("http://evil.example/?next=//127.0.0.1", "refused", ["plain_http"], False),
    "localhost-as-user": ("http://localhost@evil.example/cb", "refused", ["user_information", "plain_http"], False),
    "localhost-and-port-as-user": ("http://localhost:80@evil.example/cb", "refused", ["user_information", "plain_http"], False),
    "localhost-dot": ("http://localhost./cb", "refused", ["private_network", "plain_http"], False),
    "below-localhost": ("http://app.localhost/cb", "refused", ["private_network", "plain_http"], True),
    "upper-case-plain-http": ("HTTP://app.example.com/cb", "refused", ["upper_case", "plain_http"], False),
    "private-plain-http": ("http://192.168.1.5/cb", "refused", ["private_network", "plain_http"], True),
    "octal-address": ("http://0177.0.0.1/cb", "refused", ["host_spelling"], True),
    "decimal-address": ("http://2130706433/cb", "refused", ["host_spelling"], True),
    "hexadecimal-address": ("http://0x7f.0.0.1/cb", "refused", ["host_spelling"], True),
    "short-address": ("http://127.1/cb", "refused", ["host_spelling"], True),
    "long-v6": ("http://[0:0:0:0:0:0:0:1]/cb", "refused", ["host_spelling"], True),
    "mapped-loopback": ("http://[::ffff:127.0.0.1]/cb", "refused", ["host_spelling", "private_network", "plain_http"], True),
    "percent-in-host": ("https://app%2eexample.com/cb", "refused", ["host_spelling"], False),
    "backslash": ("https://app.example.com\\@evil.example/cb", "refused", ["characters"], False),
    "three-slashes": ("https:///app.example.com/cb", "refused", ["host_spelling"], False),
    "no-slashes": ("https:app.example.com/cb", "refused", ["host_spelling"], False),
    "one-slash": ("http:/localhost/cb", "refused", ["host_spelling", "localhost_name"], True),
    "userinfo": ("https://user:pw@app.example.com/cb", "refused", ["user_information"], False),
    "empty-userinfo": ("https://@app.example.com/cb", "refused", ["user_information"], False),
    "fragment": ("https://app.example.com/cb#x", "refused", ["fragment"], False),
    "empty-fragment": ("https://app.example.com/cb#", "refused", ["fragment"], False),
    "custom-fragment": ("com.example.app:/cb#x", "refused", ["fragment"], False),
    "port-zero": ("http://127.0.0.1:0/cb", "refused", ["port"], False),
    "port-empty": ("https://app.example.com:/cb", "refused", ["port"], False),
    "port-huge": ("https://app.example.com:65536/cb", "refused", ["not_absolute"], False),
    "dot-segments": ("https://app.example.com/a/../cb", "refused", ["dot_segments"], False),
    "encoded-dot-segments": ("https://app.example.com/a/%2e%2E/cb", "refused", ["dot_segments"], False),
    "half-encoded-dot-segments": ("https://app.example.com/a/.%2e", "refused", ["dot_segments"], False),
    "one-encoded-dot": ("https://app.example.com/%2e/cb", "refused", ["dot_segments"], False),
    "custom-dot-segments": ("com.example.app:/a/../cb", "refused", ["dot_segments"], False),
    "non-ascii-host": ("https://b\u00fccher.example/cb", "refused", ["characters"], False),
    "mixed-script": ("https://\u0430pp.example.com/cb", "refused", ["characters"], False),
    "full-width-dot": ("https://app\uff0eexample.com/cb", "refused", ["characters"], False),
    "space": ("https://app.example.com/a b", "refused", ["characters"], False),
    "leading-space": (" https://app.example.com/cb", "refused", ["characters"], False),
    "tab": ("ht\ttp://localhost/cb", "refused", ["characters"], False),
    "line-feed": ("https://app.example.com/\ncb", "refused", ["characters"], False),
    "nul": ("https://app.example.com/cb\0", "refused", ["characters"], False),
    "javascript": ("javascript:alert(1)", "refused", ["scheme"], False),
    "javascript-upper-case": ("JavaScript:alert(1)", "refused", ["upper_case", "scheme"], False),
    "data": ("data:text/html,x", "refused", ["scheme"], False),
    "file": ("file:///cb", "refused", ["scheme", "scheme_authority"], False),
    "ftp": ("ftp://app.example.com/cb", "refused", ["scheme", "scheme_authority"], False),
    "scheme-without-dot": ("myapp:/callback", "refused", ["scheme"], False),
    "scheme-with-empty-label": ("com..app:/callback", "refused", ["scheme"], False),
    "scheme-ends-in-dot": ("com.:/callback", "refused", ["scheme"], False),
    "scheme-with-plus": ("com.example+x.app:/callback", "refused", ["scheme"], False),
    "scheme-alone": ("com.example.app:", "refused", ["not_absolute"], False),
    "relative": ("/cb", "refused", ["not_absolute"], False),
    "scheme-relative": ("//app.example.com/cb", "refused", ["not_absolute"], False),
    "no-host": ("https://", "refused", ["not_absolute"], False),
    "empty": ("", "refused", ["not_absolute"], False),
    "out-of-band": ("urn:ietf:wg:oauth:2.0:oob", "refused", ["scheme"], False),
}

# What sites were led away with, after the lists that open-redirect tests use.
AWAY = [
    "//evil.example", "//evil.example/", "///evil.example", "////evil.example", "/////evil.example/", "//evil.example/%2f..", "//evil.example/..;/",
    "//evil%E3%80%82example", "//user@evil.example", "//evil.example:443/", "//[::1]/", "//2130706433/", "//0x7f.1/", "//localhost//evil.example",
    "/\\evil.example", "/\\/evil.example", "\\/evil.example", "\\\\evil.example", "\\evil.example", "/\\\\evil.example", "//\\evil.example", "/a\\..\\evil",
    "/%5cevil.example", "/%5Cevil.example", "/%5c%5cevil.example", "/%5c/evil.example", "/a/%5c..", "/%2fevil.example", "/%2Fevil.example", "/%2f%2fevil.example",
    "/%2f/evil.example", "/a/%2f%2fevil", "/%252fevil.example", "/%252f%252fevil.example", "/%255cevil.example", "/%25252f", "/%u002fevil.example", "/%%2fevil.example",
    "/%", "/a%2", "/a%zz", "/%c0%afevil.example", "/%c1%9cevil", "/.//evil.example", "/a/..//evil.example", "/a/../..//evil.example", "/%2e%2e//evil.example",
    "/..", "/../", "/../evil", "/a/..", "/a/%2e%2e", "/%2E%2e/evil", "/.%2e/evil", "/a/%2e%2e/%2e%2e/", "/\t/evil.example", "/%09/evil.example", "/%09//evil.example",
    "/\n//evil.example", "/%0a//evil.example", "/%0d%0aLocation:%20//evil.example", "/%0D%0ASet-Cookie:x=1", "/\r\nLocation: x", "/%00//evil.example", "/\0evil", "/%0b/x",
    "/%1fx", "/%7f", " //evil.example", "\t//evil.example", "\u00a0//evil.example", "/\u2215evil.example", "/\uff0fevil.example", "/\u3002evil", "/caf\u00e9",
    "https://evil.example", "https:evil.example", "https:/evil.example", "https:///evil.example", "hTTps://evil.example", "http://app.example.com.evil.example",
    "https://app.example.com", "https://app.example.com@evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "javascript://app.example.com/%0aalert(1)",
    "data:text/html;base64,PHNjcmlwdD4=", "vbscript:x", "file:///etc/passwd", "ftp://evil.example", "mailto:a@evil.example", "evil.example", "evil.example/", ".evil.example",
    "@evil.example", "?next=/", "#x", "a/b", "./a", "../a", "",
]
STAYS = [
    "/", "/a", "/a/b?c=d&e=f", "/a?next=//evil.example", "/a#//evil.example", "/a?x=%2f%2f", "/a?x=%0d%0a", "/@evil.example", "/;@evil.example", "/.evil.example", "/a.b/c..d",
    "/...", "/~user/", "/a%20b", "/caf%C3%A9", "/%E2%88%95x", "/a:b", "/http:evil.example", "/javascript:alert(1)", "/a;b=c", "/civicrm/dashboard?reset=1",
]
CONTROL = {"separator": "\x01", "nul": "\0", "crlf": "\r\n", "lf": "\n", "tab": "\t", "delete": "\x7f", "next-line": "\u0085", "escape": "\x1b"}


def build():
    suite = Suite("Redirect URIs and their kinds, return paths, and access tokens as passwords of mail.")
    redirects(suite)
    returns(suite)
    mail(suite)
    challenges(suite)
    return suite


def redirects(suite):
    for name, (url, kind, reasons, civi) in REDIRECTS.items():
        suite.case(f"E1-redirect-{name}", "classify_redirect_uri", {"url": url},
                   {"url": url, "kind": kind, "accepted": kind != "refused", "codes": reasons, "civi_warning": civi})
        # What the classifier takes, a client takes, and nothing else.
        given = {"service": service(), "client": client(redirect_uri=url)}
        suite.case(f"E1-redirect-of-a-client-{name}", "configure_client", given, "config.url" if kind == "refused" else {})
    parts = {
        "v6": ("http://[::1]:3000/cb", {"scheme": "http", "host": "[::1]", "port": 3000}),
        "default-port": ("https://App.example.com:443/cb", {"scheme": "https", "host": "app.example.com", "port": 443}),
        "no-port": ("https://app.example.com/cb", {"scheme": "https", "host": "app.example.com", "port": None}),
        "custom": ("com.example.app:/cb", {"scheme": "com.example.app", "host": None, "port": None}),
        "nothing": ("/cb", {"scheme": None, "host": None, "port": None}),
    }
    for name, (url, expect) in parts.items():
        suite.case(f"E1-redirect-parts-{name}", "classify_redirect_uri", {"url": url}, expect)
    suite.case("E1-redirect-very-long", "classify_redirect_uri", {"url": {"concat": ["https://app.example.com/", repeat("x", 5000)]}},
               {"kind": "refused", "codes": ["too_long"]})
    suite.case("E1-redirect-megabyte", "classify_redirect_uri", {"url": repeat("a", 1_000_000)}, {"kind": "refused", "codes": ["too_long"]})


def returns(suite):
    given = {"now": NOW, "entropy": ENTROPY, "service": service(), "client": client()}
    for number, path in enumerate(dict.fromkeys(AWAY)):
        suite.case(f"F9-away-{number:02}", "begin_authorization", given | {"options": {"return_to": path}}, "config.return_to")
    for number, path in enumerate(STAYS):
        suite.case(f"F9-stays-{number:02}", "begin_authorization", given | {"options": {"return_to": path}}, {"state": STATE})
    suite.case("F9-away-very-long", "begin_authorization", given | {"options": {"return_to": "/" + "a" * 2048}}, "config.return_to")


def message(mechanism, text):
    answer = "" if mechanism == "XOAUTH2" else "\x01"
    return {"mechanism": mechanism, "text": text, "encoded": base64.b64encode(text.encode()).decode(), "error_answer": answer}


def mail(suite):
    token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="

    def bearer(name, expect, **given):
        usual = {"mechanism": "OAUTHBEARER", "user": "user@example.com", "access_token": token}
        given = {k: v for k, v in (usual | given).items() if v is not ...}
        suite.case(f"E11-oauthbearer-{name}", "sasl", given, message("OAUTHBEARER", expect) if not expect.startswith("config.") else expect)

    def xoauth2(name, expect, **given):
        given = {"mechanism": "XOAUTH2", "user": "user@example.com", "access_token": token} | given
        suite.case(f"E11-xoauth2-{name}", "sasl", given, message("XOAUTH2", expect) if not expect.startswith("config.") else expect)

    # RFC 7628 section 4.1 and 4.3; Google's documentation of XOAUTH2.
    bearer("rfc-7628-4-1", f"n,a=user@example.com,\x01host=server.example.com\x01port=143\x01auth=Bearer {token}\x01\x01", host="server.example.com", port=143)
    bearer("rfc-7628-4-3", f"n,a=user@example.com,\x01host=server.example.com\x01port=587\x01auth=Bearer {token}\x01\x01", host="server.example.com", port=587)
    xoauth2("documented", "user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01",
            user="someuser@example.com", access_token="ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    bearer("without-host", f"n,a=user@example.com,\x01auth=Bearer {token}\x01\x01")
    bearer("without-user", f"n,,\x01auth=Bearer {token}\x01\x01", user=...)
    bearer("comma-in-user", f"n,a=last=2Cfirst,\x01auth=Bearer {token}\x01\x01", user="last,first")
    bearer("equals-in-user", f"n,a=a=3Db=3D2C,\x01auth=Bearer {token}\x01\x01", user="a=b=2C")
    bearer("unicode-user", f"n,a=zo\u00eb@example.com,\x01auth=Bearer {token}\x01\x01", user="zo\u00eb@example.com")
    bearer("address-as-host", f"n,a=user@example.com,\x01host=[::1]\x01port=993\x01auth=Bearer {token}\x01\x01", host="[::1]", port=993)
    xoauth2("comma-and-equals-in-user", f"user=a,b=c\x01auth=Bearer {token}\x01\x01", user="a,b=c")
    xoauth2("unicode-user", f"user=zo\u00eb@example.com\x01auth=Bearer {token}\x01\x01", user="zo\u00eb@example.com")
    for name, text in CONTROL.items():
        for put in (bearer, xoauth2):
            put(f"user-{name}", "config.control_character", user=f"user{text}auth=Bearer x")
            put(f"token-{name}", "config.control_character", access_token=f"t{text}x")
        bearer(f"host-{name}", "config.invalid", host=f"mail{text}.example.com")
    for put in (bearer, xoauth2):
        put("user-empty", "config.invalid", user="")
        put("user-very-long", "config.invalid", user="u" * 1025)
        put("token-empty", "config.invalid", access_token="")
        put("token-space", "config.invalid", access_token="a b")
        put("token-non-ascii", "config.invalid", access_token="t\u00e9")
    suite.case("E11-xoauth2-token-very-long", "sasl", {"mechanism": "XOAUTH2", "user": "u", "access_token": repeat("a", 70_000)}, "config.invalid")
    for name, host in {"empty": "", "comma": "a,b", "equals": "a=b", "slash": "a/b", "port": "a:143", "space": "a b", "two-dots": "a..b", "non-ascii": "b\u00fccher.example"}.items():
        bearer(f"host-is-{name}", "config.invalid", host=host)
    for name, port in {"zero": 0, "negative": -1, "huge": 65536}.items():
        bearer(f"port-{name}", "config.invalid", host="mail.example.com", port=port)


def challenges(suite):
    def read(name, value, expect, encoded=True, row="E6"):
        text = value if isinstance(value, str) else json.dumps(value)
        if encoded:
            text = base64.b64encode(text.encode()).decode()
        suite.case(f"{row}-sasl-{name}", "sasl_challenge", {"challenge": text}, expect)

    # RFC 7628 section 4.2 and 4.4; XOAUTH2 as Google and Microsoft send it.
    rfc = {"status": "invalid_token", "scope": "example_scope", "openid-configuration": "https://example.com/.well-known/openid-configuration"}
    read("rfc-7628-4-3", rfc, {"status": "invalid_token", "schemes": [], "scopes": ["example_scope"], "hint": "refresh", "error": "oauth.invalid_token",
                               "openid_configuration": "https://example.com/.well-known/openid-configuration"})
    google = {"status": "401", "schemes": "bearer mac", "scope": "https://mail.google.com/"}
    known = {"status": "401", "schemes": ["bearer", "mac"], "scopes": ["https://mail.google.com/"], "openid_configuration": None, "hint": "refresh", "error": "oauth.invalid_token"}
    read("google", google, known)
    read("google-decoded", google, known, encoded=False)
    read("google-with-line-break", base64.b64encode(json.dumps(google).encode()).decode() + "\r\n", known, encoded=False)
    read("status-as-number", {"status": 401, "schemes": "Bearer"}, {"status": "401", "schemes": ["bearer"], "hint": "refresh"})
    read("status-400", {"status": "400", "schemes": "Bearer", "scope": "https://mail.google.com/"}, {"hint": "refresh", "error": "oauth.invalid_token"})
    read("scope-missing", {"status": "insufficient_scope", "scope": "a b"}, {"hint": "authorize", "scopes": ["a", "b"], "error": "oauth.insufficient_scope"})
    read("status-403", {"status": "403"}, {"hint": "authorize", "error": "oauth.insufficient_scope", "scopes": [], "schemes": []})
    read("status-503", {"status": "503"}, {"hint": "wait", "error": "oauth.mail_unavailable"})
    read("unavailable", {"status": "temporarily_unavailable"}, {"hint": "wait", "error": "oauth.mail_unavailable"})
    read("malformed-request", {"status": "invalid_request"}, {"hint": "configuration", "error": "oauth.mail_refused"})
    read("unknown-status", {"status": "teapot"}, {"hint": "configuration", "error": "oauth.mail_refused"})
    read("null-members", {"status": "401", "schemes": None, "scope": None, "openid-configuration": None}, {"scopes": [], "schemes": [], "openid_configuration": None})
    for name, url in {"plain": "http://example.com/x", "loopback": "https://127.0.0.1/x", "private": "https://10.0.0.1/x", "local": "http://localhost/x",
                      "script": "javascript:alert(1)", "userinfo": "https://a@b.example/", "metadata-service": "https://169.254.169.254/x"}.items():
        read(f"configuration-{name}", {"status": "401", "openid-configuration": url}, {"openid_configuration": None}, row="E2")
    for name, value in {
        "empty": "", "no-json": "hello", "list": [], "no-status": {"scope": "a"}, "empty-status": {"status": ""}, "status-list": {"status": ["401"]}, "status-true": {"status": True},
        "scope-list": {"status": "401", "scope": ["a"]}, "scope-quote": {"status": "401", "scope": "a\"b"}, "control": {"status": "4\u00011"},
        "duplicate": '{"status":"401","status":"403"}', "trailing": '{"status":"401"}x', "long-status": {"status": "x" * 65}, "number": "401",
    }.items():
        read(f"refused-{name}", value, "response.sasl_challenge")
    read("refused-no-base64", "!!!!", "response.sasl_challenge", encoded=False)
    read("refused-url-alphabet", "eyJ-_w==", "response.sasl_challenge", encoded=False)
    suite.case("E6-sasl-refused-deep", "sasl_challenge", {"challenge": {"concat": ['{"status":"401","x":', repeat("[", 5000), repeat("]", 5000), "}"]}}, "response.sasl_challenge")
    suite.case("E6-sasl-refused-megabyte", "sasl_challenge", {"challenge": repeat("A", 1_000_000)}, "response.sasl_challenge")
