"""Writes what the fuzzers begin with: seeds.py FOLDER makes FOLDER/<target>/ from the shared suite's keys and tokens.

Names are the content's hash, as libFuzzer names its own finds, so that nothing is written twice.
"""

import base64
import hashlib
import json
import pathlib
import sys

VECTORS = pathlib.Path(__file__).resolve().parents[1] / "vectors"
sys.path.insert(0, str(VECTORS / "generate"))

from encoding import KEYS, NOW, b64, dumps, public  # noqa: E402  (the path must be there first)

# The longest text that is worth a seed: the fuzzer's work grows with the length.
LONGEST = 4096


def cases():
    for file in sorted(VECTORS.glob("*.json")):
        yield from json.loads(file.read_text()).get("cases", ())


def pieces():
    """Target and content."""
    tokens, sets, jwks = [], [], []
    for case in cases():
        given = case["given"]
        if isinstance(given.get("token"), str):
            tokens.append(given["token"])
        for name in ("jws", "json"):
            if isinstance(given.get(name), str):
                yield "jws", b"\0" + given[name].encode("utf-8", "surrogatepass")
                yield "jwe", b"\0" + given[name].encode("utf-8", "surrogatepass")
        for keys in (given, given.get("keys")):
            if not isinstance(keys, dict):
                continue
            key = keys.get("key") or {}
            jwks += [value for kind, value in key.items() if kind.startswith("jwk_") and isinstance(value, str)]
            sets += [value for name in ("jwks", "text") if isinstance(value := keys.get(name), str)]
    for token in tokens:
        yield "compact", token
        yield "base64url", token.split(".")[0]
        yield "verify", b"\0" + token.encode()
        yield "differential", b"\x80" + token.encode()
        parts = [lenient(part) for part in token.split(".")]
        if len(parts) == 3:
            yield "header", parts[0]
            for kind in range(3):
                yield "claims", bytes([kind]) + parts[1]
            yield "verify", bytes([128]) + parts[0] + b"\0" + parts[1]
            yield "jws", bytes([128]) + parts[0] + b"\0" + parts[1] + b"\0" + b'{"kid":"k"}'
            yield "jwe", bytes([192]) + parts[0].replace(b'"HS256"', b'"dir","enc":"A256GCM"') + b"\0" + parts[1]
            for kind in range(8):
                yield "profiles", bytes([kind]) + parts[1]
            far = parts[1].replace(b"1700000600", b"4102444800")
            yield "differential", b"\0" + parts[0] + b"\0" + far
    for number in range(10):
        yield "verify", bytes([64 + number, 0, 5, ord("A")])
        yield "verify", bytes([64 + number])
    yield from kinds()
    for number in range(5):
        yield "jwe", bytes([64 + number, 0, 5, ord("A")])
        yield "jwe", bytes([128 + number])
    for jwk in jwks:
        yield "jwk", jwk
        for number in range(7):
            yield "encryption_key", bytes([number]) + jwk.replace('"sig"', '"enc"').encode("utf-8", "surrogatepass")
    for text in sets:
        yield "jwk_set", text
    for name, key in KEYS.items():
        if key["jwk"]:
            yield "jwk", dumps(key["jwk"])
            yield "jwk", dumps(public(name))
            for jwk in (key["jwk"], public(name)):
                yield "encryption_key", b"\5" + dumps(jwk).encode()
                yield "encryption_key", b"\0" + dumps(jwk | {"use": "enc", "alg": "RSA-OAEP-256" if jwk["kty"] == "RSA" else "ECDH-ES+A256KW"}).encode()
            yield "jwk_set", dumps({"keys": [public(name, kid=name), public("p256", kid="other", use="sig")]})
        for text in key["pem"].values():
            yield "pem", text
            body = "".join(line for line in text.splitlines() if "-" not in line and ":" not in line)
            try:
                der = base64.b64decode(body, validate=True)
            except ValueError:
                continue
            yield "der", der
            for label in range(7):
                yield "pem", bytes([label]) + der
    for length in range(8):
        yield "base64url", b64(bytes(range(length)))


def kinds():
    """One token of each kind, and DPoP proofs."""
    usual = {"iss": "https://idp.example.com", "aud": "my-api", "sub": "user-1", "iat": NOW, "exp": NOW + 60, "jti": "j"}
    logout = {"http://schemas.openid.net/event/backchannel-logout": {}}
    for kind, more in enumerate(({}, {}, {"client_id": "c"}, {"events": logout}, {"sub": usual["iss"]}, {"token_introspection": {"active": True}},
                                 {"events": {"https://example.com/event": {}}}, {"sid": "s", "events": logout})):
        yield "profiles", bytes([kind]) + dumps(usual | more).encode()
    header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": public("p256")}
    claims = {"jti": "j", "htm": "POST", "htu": "https://rs.example.com/a", "iat": NOW}
    ath = b64(hashlib.sha256(b"an access token").digest())
    for head in (header, header | {"jwk": KEYS["p256"]["jwk"]}, header | {"jwk": public("p256_b")}, header | {"typ": "JWT"}, {"typ": "dpop+jwt", "alg": "ES256"}):
        for more in ({}, {"ath": ath, "nonce": "n-1"}, {"htu": "HTTPS://RS.example.com:443/a?x"}, {"htm": "GET"}, {"iat": NOW - 61}):
            yield "dpop", dumps(head).encode() + b"\0" + dumps(claims | more).encode()


def lenient(part):
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return b""


def main():
    folder, seen = pathlib.Path(sys.argv[1]), set()
    for target, content in pieces():
        content = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        if len(content) > LONGEST or (target, content) in seen:
            continue
        seen.add((target, content))
        place = folder / target
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha1(content).hexdigest()).write_bytes(content)
    print(f"{len(seen)} seeds")


if __name__ == "__main__":
    main()
