"""The command line tool of the installed packages: three hosts, the same arguments, the same answers.

    python3 tests/command/run.py INSTALLED

INSTALLED is where the packages were installed as a user would: python/, node/ and php/ below it. Each case runs in every host; the
exit status and both outputs must be the same everywhere and be what the case says. A provider on loopback publishes a key set.
"""

import http.client
import http.server
import json
import os
import pathlib
import pty
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

GENERATE = pathlib.Path(__file__).resolve().parents[1] / "vectors" / "generate"
sys.path.insert(0, str(GENERATE))

from encoding import KEYS, NOW, dumps, public  # noqa: E402
from tokens import CLAIMS, claims, token  # noqa: E402

COMMANDS = {"python": "python/bin/ferroauth", "node": "node/node_modules/.bin/ferroauth", "php": "php/vendor/bin/ferroauth"}
ALGORITHMS = ("HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "ES256K", "EdDSA")
NONE = ["--any-issuer", "--any-audience"]
ES256 = {"alg": "ES256", "kid": "k1"}


class Provider(http.server.BaseHTTPRequestHandler):
    """Metadata and a key set."""

    def do_GET(self):
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        answers = {
            "/.well-known/openid-configuration": {"issuer": here, "jwks_uri": f"{here}/jwks", "authorization_endpoint": f"{here}/a", "token_endpoint": f"{here}/t"},
            "/jwks": {"keys": [public("p256", kid="k1", alg="ES256"), public("rsa", kid="k2")]},
        }
        found = answers.get(self.path)
        body = dumps(found or {}).encode()
        self.send_response(200 if found else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = dumps({"access_token": "s3cret-at", "token_type": "Bearer", "expires_in": 60, "refresh_token": "s3cret-rt", "scope": "api", "hidden": "s3cret-x"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Runner:
    def __init__(self, installed):
        self.installed, self.passed, self.failed = pathlib.Path(installed).resolve(), 0, 0

    def run(self, host, arguments, stdin):
        done = subprocess.run([self.installed / COMMANDS[host], *arguments], input=stdin, capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def note(self, name, fine, remark):
        self.passed, self.failed = self.passed + fine, self.failed + (not fine)
        print(f"ok {name}" if fine else f"not ok {name} {remark}")

    def check(self, name, arguments, status, says=(), stdin="", same=True, never=()):
        """Runs a case in every host. `says` must be in one of the outputs, `never` in none."""
        results = {host: self.run(host, arguments, stdin) for host in COMMANDS}
        faults = []
        for host, (code, out, err) in results.items():
            if code != status:
                faults.append(f"{host} ended with {code}, not {status}: {out[-300:]}{err[-300:]}")
            faults += [f"{host} does not say {text!r}: {out}{err}" for text in says if text not in out + err]
            faults += [f"{host} says {text!r}" for text in never if text in out + err]
            if code and out:
                faults.append(f"{host} answers although it failed")
        if same and len(set(results.values())) != 1:
            faults.append(f"the hosts differ: {results}")
        self.passed, self.failed = self.passed + (not faults), self.failed + bool(faults)
        print(f"{'not ok' if faults else 'ok'} {name} {'; '.join(faults)}".rstrip())
        return results["python"][1]


def cases(runner, folder, provider):
    check = runner.check
    key, secret = folder / "public.json", folder / "secret.json"
    key.write_text(dumps(public("p256", kid="k1")))
    secret.write_text(dumps({"kty": "oct", "k": "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3JldA"}))
    (folder / "private.pem").write_text(KEYS["p256"]["pem"]["pkcs8"])
    (folder / "broken.json").write_text("{\"kty\":\"EC\"")
    good = token(CLAIMS, ES256, "ES256", "p256")
    at = ["--at", str(NOW)]
    verify = ["verify", "--issuer", CLAIMS["iss"], "--audience", CLAIMS["aud"], "--key", str(key), "--algorithm", "ES256", *at]

    for command in ("inspect", "verify", "keygen", "jwks", "login", "local-redirect"):
        check(f"help-{command}", [command, "--help"], 0, ["Usage:", "Example"])
    check("no-such-option", ["inspect", "--nonsense"], 2, ["--nonsense"])

    check("inspect", ["inspect", good], 0, ["NOT VERIFIED", "user-1", "2023-11-14T22:23:20Z"], never=[good.rsplit(".", 1)[1]])
    check("inspect-standard-input", ["inspect"], 0, ["NOT VERIFIED"], stdin=good + "\n")
    shown = json.loads(check("inspect-json", ["inspect", "--json", good], 0))
    check("inspect-json-says-so", ["inspect", "--json", good], 0 if shown["verified"] is False and shown["claims"] == CLAIMS else 99)
    check("inspect-controls", ["inspect", token(claims(sub="\x1b[2J\x9b"), ES256, "ES256", "p256")], 0, ["sub"], never=["\x1b", "\x9b"])
    check("inspect-encrypted", ["inspect", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0....".replace("....", "..AAAA.AAAA.AAAA")], 0, ["ENCRYPTED", "A128GCM"])
    for name, text in {"garbage": "garbage", "empty": "", "two-parts": "e30.e30"}.items():
        check(f"inspect-{name}", ["inspect"], 1, ["token.malformed"], stdin=text)

    check("verify", [*verify, good], 0, ["VERIFIED", "user-1"])
    check("verify-standard-input", [*verify, "-"], 0, ["VERIFIED"], stdin=good)
    check("verify-json", [*verify, "--json", good], 0, ['"verified": true'])
    check("verify-pem", [word if word != str(key) else str(folder / "private.pem") for word in verify] + [good], 0, ["VERIFIED"])
    expired = token(claims(exp=NOW - 11), ES256, "ES256", "p256")
    check("verify-expired", [*verify, expired], 1, ["REFUSED  token.expired", "11 s after exp", "would pass", "exp"])
    check("verify-expired-json", [*verify, "--json", expired], 1, ['"code": "token.expired"', '"clock_delta": 11'])
    check("verify-expired-with-leeway", [*verify, "--leeway", "12", expired], 0, ["VERIFIED"])
    check("verify-other-key", [*verify, token(CLAIMS, ES256, "ES256", "p256_b")], 1, ["token.signature", "k1"], never=[public("p256")["x"]])
    check("verify-other-issuer", [*verify, token(claims(iss="https://evil.example"), ES256, "ES256", "p256")], 1, ["token.issuer", "would pass   " + CLAIMS["iss"]])
    check("verify-other-kid", [*verify, token(CLAIMS, {"alg": "ES256", "kid": "k9"}, "ES256", "p256")], 1, ["token.key_not_found", "k9", "would pass", "k1"])
    check("verify-other-profile", [*verify, "--profile", "access_token", good], 1, ["token.type", "at+jwt"])
    check("verify-nonce", [*verify, "--profile", "id_token", "--nonce", "n-1", token(claims(nonce="n-1"), ES256, "ES256", "p256")], 0, ["VERIFIED"])
    check("verify-nonce-of-another", [*verify, "--profile", "id_token", "--nonce", "n-1", token(claims(nonce="n-2"), ES256, "ES256", "p256")], 1, ["token.nonce"], never=["n-1", "n-2"])
    check("verify-undecided", ["verify", "--key", str(key), good], 2, ["--any-issuer"])
    check("verify-without-algorithms", ["verify", *NONE, "--key", str(key), good], 1, ["config.algorithms"])
    check("verify-leeway", [*verify, "--leeway", "301", good], 2, ["301"])
    check("verify-no-file", ["verify", *NONE, "--key", str(folder / "nowhere"), good], 2, ["nowhere"])
    check("verify-broken-file", ["verify", *NONE, "--key", str(folder / "broken.json"), good], 1, ["key.malformed"])
    issued = token(claims(iss=provider), ES256, "ES256", "p256")
    check("verify-discovered", ["verify", "--issuer", provider, "--audience", CLAIMS["aud"], *at, issued], 0, ["VERIFIED"])
    check("verify-discovered-expired", ["verify", "--issuer", provider, "--audience", CLAIMS["aud"], "--at", str(NOW + 600), issued], 1, ["token.expired", "key set", "s old"])
    check("verify-unreachable", ["verify", "--issuer", "http://127.0.0.1:9", "--audience", "x", issued], 3, ["http.connect"])
    check("verify-no-metadata", ["verify", "--issuer", f"{provider}/x", "--audience", "x", token(claims(iss=f"{provider}/x"), ES256, "ES256", "p256")], 3, ["metadata.not_found"])

    for algorithm in ALGORITHMS:
        for form in ("jwk", "pem"):
            if form == "pem" and algorithm.startswith("HS"):
                check(f"keygen-{algorithm}-pem", ["keygen", algorithm, "--format", "pem"], 1, ["key.wrong_type"])
                continue
            check(f"keygen-{algorithm}-{form}", ["keygen", algorithm, "--format", form], 0, ['"kty"' if form == "jwk" else "BEGIN PRIVATE KEY"], same=False)
    check("keygen-none", ["keygen", "none"], 1, ["config.unsupported_algorithm"])
    check("keygen-kid", ["keygen", "ES256", "--kid", "2026-01"], 0, ['"kid":"2026-01"'], same=False)
    for host in COMMANDS:
        out = folder / f"{host}.json"
        status, text, complaint = runner.run(host, ["keygen", "EdDSA", "--out", str(out)], "")
        made, written = json.loads(text), json.loads(out.read_text())
        fine = status == 0 and "d" not in made and "d" in written and out.stat().st_mode & 0o777 == 0o600 and made["x"] == written["x"]
        again, *_ = runner.run(host, ["keygen", "EdDSA", "--out", str(out)], "")
        fine = fine and again == 2 and json.loads(out.read_text()) == written
        runner.passed, runner.failed = runner.passed + fine, runner.failed + (not fine)
        print(f"{'ok' if fine else 'not ok'} keygen-out-{host} {complaint}".rstrip())

    made = json.loads(check("jwks", ["jwks", str(folder / "private.pem"), str(key)], 0, never=[KEYS["p256"]["jwk"]["d"]]))
    check("jwks-members", ["jwks", "--list", str(key)], 0 if [m["x"] for m in made["keys"]] == [public("p256")["x"]] * 2 else 99, ["EC P-256"])
    word, wrong = folder / "word", folder / "wrong-word"
    word.write_text("correct horse\n")
    wrong.write_text("incorrect horse\n")
    locked = check("keygen-passphrase", ["keygen", "ES256", "--format", "pem", "--passphrase-file", str(word)], 0, ["BEGIN ENCRYPTED PRIVATE KEY"], never=["correct horse"], same=False)
    (folder / "locked.pem").write_text(locked)
    check("jwks-passphrase", ["jwks", str(folder / "locked.pem"), str(folder / "private.pem"), "--passphrase-file", str(word)], 0, ['"keys"'], never=['"d"', "correct horse"])
    check("jwks-passphrase-wrong", ["jwks", str(folder / "locked.pem"), "--passphrase-file", str(wrong)], 1, ["key.passphrase", "locked.pem"], never=["correct horse"])
    check("jwks-passphrase-missing", ["jwks", str(folder / "locked.pem")], 1, ["key.passphrase", "locked.pem"])
    check("jwks-passphrase-nowhere", ["jwks", str(folder / "locked.pem"), "--passphrase-file", str(folder / "nowhere")], 2, ["nowhere"])
    check("keygen-passphrase-for-a-jwk", ["keygen", "ES256", "--passphrase-file", str(word)], 2, ["--format pem"])
    check("keygen-passphrase-empty", ["keygen", "ES256", "--format", "pem", "--passphrase-file", "/dev/null"], 1, ["key.passphrase"])
    check("verify-passphrase", [one if one != str(key) else str(folder / "locked.pem") for one in verify] + ["--passphrase-file", str(word), good], 1, ["token.signature"])
    check("jwks-secret", ["jwks", str(secret)], 1, ["key.wrong_type"], never=["c2VjcmV0"])
    check("jwks-nothing", ["jwks"], 2, ["--issuer"])
    check("jwks-of-an-issuer", ["jwks", "--issuer", provider, "--list"], 0, ["k1", "RSA", "ES256"])
    check("jwks-at-a-url", ["jwks", "--url", f"{provider}/jwks"], 0, ['"keys"'])
    check("login-without-issuer", ["login", "--client-id", "abc"], 2, ["--issuer"])
    check("login-unreachable", ["login", "--issuer", "http://127.0.0.1:9", "--client-id", "abc"], 3, ["http.connect"])
    check("login-no-secret-file", ["login", "--issuer", provider, "--client-id", "abc", "--client-secret-file", str(folder / "nowhere")], 2, ["nowhere"])
    check("login-nobody-comes", ["login", "--issuer", provider, "--client-id", "abc", "--scope", "api", "--timeout", "1"], 1, ["callback.timeout"], same=False)
    check("local-redirect-nowhere", ["local-redirect"], 2, ["--to"])
    check("local-redirect-script", ["local-redirect", "--to", "javascript:alert(1)", "--listen", "127.0.0.1:0"], 1, ["config.url"])
    check("local-redirect-everywhere", ["local-redirect", "--to", "https://site.example/", "--listen", "0.0.0.0:3000"], 1, ["config.invalid"])
    check("local-redirect-no-port", ["local-redirect", "--to", "https://site.example/", "--listen", "localhost"], 2, ["HOST:PORT"])
    check("local-redirect-for-a-second", ["local-redirect", "--to", "https://site.example/", "--listen", "127.0.0.1:0", "--timeout", "1"], 0, ["0 requests"], same=False)
    check("jwks-at-a-wrong-url", ["jwks", "--url", f"{provider}/nothing"], 3, ["http.status"])


def visit(url):
    """Status and Location, as a browser gets them."""
    place = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(place.netloc, timeout=20)
    connection.request("GET", f"{place.path}?{place.query}")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.getheader("location")


def browsers(runner, folder, provider):
    """`login` and `local-redirect`: the user's browser is played as soon as the tool says its address."""
    for host in COMMANDS:
        def begin(*arguments):
            return subprocess.Popen([runner.installed / COMMANDS[host], *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        def told(process, word):
            """The first word of the tool's complaints that begins so."""
            for line in process.stderr:
                found = [one for one in line.split() if one.startswith(word)]
                if found:
                    return found[0]
            return ""

        def login(*more):
            process = begin("login", "--issuer", provider, "--client-id", "abc", "--scope", "api", "--timeout", "20", *more)
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(told(process, "http")).query))
            statuses = [visit(f"{query['redirect_uri']}?code=c0de&state={state}")[0] for state in ("other", query["state"])]
            out, err = process.communicate(timeout=30)
            return process.returncode, statuses, out, err

        tokens = folder / f"{host}-tokens.json"
        status, statuses, out, err = login("--out", str(tokens))
        fine = status == 0 and statuses == [400, 200] and "s3cret" not in out + err and json.loads(out)["scopes"] == ["api"]
        fine = fine and json.loads(tokens.read_text())["access_token"] == "s3cret-at" and tokens.stat().st_mode & 0o777 == 0o600
        runner.note(f"login-{host}", fine, f"{status} {statuses} {out} {err}")
        status, _, out, err = login("--show-tokens", "--localhost", "--path", "/cb")
        runner.note(f"login-show-tokens-{host}", status == 0 and json.loads(out)["refresh_token"] == "s3cret-rt", f"{status} {out} {err}")

        opened(runner, host, provider, folder / f"{host}-desktop")

        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        process = begin("local-redirect", "--to", "https://site.example/return", "--listen", f"127.0.0.1:{port}")
        address = told(process, "http")
        seen = visit(f"{address}x?code=a%20b&state=s")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        runner.note(f"local-redirect-{host}", seen == (302, "https://site.example/return?code=a%20b&state=s") and process.returncode in (130, -signal.SIGINT), f"{seen} {process.returncode}")


def opened(runner, host, provider, desktop):
    """`login` opens a browser for who sits before the machine, and for nobody else."""
    desktop.mkdir()
    seen, opener = desktop / "seen", desktop / "xdg-open"
    # It takes the address alone, says what nobody wants to read, and fails.
    opener.write_text(f'#!/bin/sh\nprintf "%s" "$#:$*" > {seen}.new; mv {seen}.new {seen}; echo noise; echo noise >&2; exit 3\n')
    opener.chmod(0o755)
    here = {name: value for name, value in os.environ.items() if name not in ("CI", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY")}
    here |= {"PATH": f"{desktop}:{here['PATH']}", "DISPLAY": ":9"}

    def login(environment, *more, terminal=True, seconds="1"):
        """Runs it with a terminal as its standard error; what came out there, what was opened, and the end."""
        ours, theirs = pty.openpty()
        arguments = ["login", "--issuer", provider, "--client-id", "abc", "--scope", "api", "--timeout", seconds, *more]
        process = subprocess.Popen([runner.installed / COMMANDS[host], *arguments], stdout=subprocess.PIPE, stderr=theirs if terminal else subprocess.PIPE, text=True, env=environment)
        os.close(theirs)
        return process, ours

    def ended(process, ours, terminal=True):
        out, err = process.communicate(timeout=30)
        while terminal:
            try:
                err = (err or "") + os.read(ours, 65536).decode()
            except OSError:
                break
        os.close(ours)
        shown = seen.read_text() if seen.exists() else ""
        seen.unlink(missing_ok=True)
        return process.returncode, out, err, shown

    process, ours = login(here, seconds="20")
    deadline = time.monotonic() + 20
    while not seen.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    count, _, address = seen.read_text().partition(":")
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
    visit(f"{query['redirect_uri']}?code=c0de&state={query['state']}")
    status, out, err, _ = ended(process, ours)
    fine = status == 0 and count == "1" and address in err and "noise" not in out + err and json.loads(out)["scopes"] == ["api"]
    runner.note(f"login-opens-a-browser-{host}", fine, f"{status} {count} {address} {out} {err}")

    nobody = {name: value for name, value in here.items() if name != "DISPLAY"}
    for name, environment, more, terminal in (
        ("unless-told-not-to", here, ["--no-browser"], True), ("without-a-display", nobody, [], True), ("in-ci", here | {"CI": "true"}, [], True),
        ("over-ssh", here | {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}, [], True), ("without-a-terminal", here, [], False),
    ):
        status, out, err, shown = ended(*login(environment, *more, terminal=terminal), terminal)
        runner.note(f"login-no-browser-{name}-{host}", status == 1 and not shown and "/a?" in err and "callback.timeout" in err, f"{status} {shown} {out} {err}")
    opener.unlink()
    bare = desktop / "bare"
    bare.mkdir()
    for tool in ("node", "php"):
        (bare / tool).symlink_to(shutil.which(tool))
    status, out, err, _ = ended(*login(here | {"PATH": str(bare)}))
    runner.note(f"login-without-an-opener-{host}", status == 1 and "/a?" in err and "callback.timeout" in err, f"{status} {out} {err}")


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    runner = Runner(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        cases(runner, pathlib.Path(folder), f"http://127.0.0.1:{server.server_address[1]}")
        browsers(runner, pathlib.Path(folder), f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    print(f"{runner.passed} passed, {runner.failed} failed")
    sys.exit(1 if runner.failed else 0)


if __name__ == "__main__":
    main()
