"""Rows A11 to A15 and B14 for signatures over bytes: JWS in JSON, detached and unencoded (RFC 7515 section 7, RFC 7797)."""

from encoding import KEYS, Suite, b64, concat, dumps, pem, public, repeat, unb64
from jws_forms import B64, HMAC, TEXT, compact, flattened, general, one, verified, verified_any
from jws_signing import signing
from rfc import A2_HEADER, A3, EC, HS_KEY, PAYLOAD, RSA
from signing import pkcs1, sign
from tokens import AUDIENCE, ISSUER, SECRET, encoded


class Cases:
    """Writes the cases of one operation."""

    def __init__(self, suite):
        self.suite = suite

    def compact(self, name, jws, expect, keys=HMAC, algorithms=("HS256",), payload=None, needs=None):
        self.add(name, {"jws": jws}, expect, keys, algorithms, payload, needs)

    def json(self, name, jws, expect, keys=HMAC, algorithms=("HS256",), payload=None, needs=None):
        self.add(name, {"json": jws if isinstance(jws, str) or "concat" in jws else dumps(jws)}, expect, keys, algorithms, payload, needs)

    def add(self, name, given, expect, keys, algorithms, payload, needs):
        given = {"keys": keys, "algorithms": list(algorithms)} | given
        if payload is not None:
            given["payload"] = payload if isinstance(payload, dict) else {"base64url": b64(payload)}
        self.suite.case(name, "jws_verify", given, expect, needs=needs)


def build():
    suite = Suite("Signatures over bytes: RFC 7515 sections 5.2 and 7, appendices A.6, A.7 and F, and RFC 7797.")
    cases = Cases(suite)
    accepted(cases)
    examples(cases)
    confusion(suite, cases)
    missing(cases)
    unprotected(cases)
    several(cases)
    unencoded(cases)
    critical(cases)
    structure(cases)
    configuration(suite)
    signing(suite)
    return suite


def accepted(cases):
    for algorithm, key in (("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "p256"), ("ES384", "p384"), ("EdDSA", "ed25519")):
        keys = {"key": {"pem_public": pem(key, "spki")}}
        want = verified(index=0, algorithm=algorithm, header={"alg": algorithm}, unprotected=None, key_id=None)
        cases.compact(f"A11-jws-accepted-{algorithm}", compact(algorithm=algorithm, key=key), want, keys, [algorithm])
        cases.json(f"A11-jws-accepted-{algorithm}-flattened", flattened(algorithm=algorithm, key=key), want, keys, [algorithm])
        cases.json(f"A11-jws-accepted-{algorithm}-general", general(one(algorithm=algorithm, key=key)), want, keys, [algorithm])
    cases.compact("A11-jws-accepted-compact", compact(), verified(algorithm="HS256"))
    cases.compact("A11-jws-accepted-empty-payload", compact(b""), verified(b""))
    cases.compact("A11-jws-accepted-bytes", compact(bytes(range(256))), verified(bytes(range(256))))
    cases.compact("A11-jws-accepted-detached", compact(detached=True), verified(), payload=TEXT)
    cases.compact("A11-jws-accepted-detached-empty", compact(b"", detached=True), verified(b""), payload=b"")
    cases.json("A11-jws-accepted-flattened", flattened(), verified())
    cases.json("A11-jws-accepted-flattened-empty-payload", flattened(b""), verified(b""))
    cases.json("A11-jws-accepted-flattened-detached", flattened(detached=True), verified(), payload=TEXT)
    cases.json("A11-jws-accepted-general-detached", general(one(), detached=True), verified(), payload=TEXT)
    cases.json("A11-jws-accepted-unprotected-header", flattened(unprotected={"kid": "k", "note": [1, {"a": None}]}),
               verified(header={"alg": "HS256"}, unprotected={"kid": "k", "note": [1, {"a": None}]}))
    cases.json("A11-jws-accepted-further-members", flattened() | {"note": {"alg": "none"}}, verified())
    spaced = "\n " + dumps(general(one())).replace(":", " : ").replace(",", " ,\r\n\t") + " "
    cases.json("A11-jws-accepted-spaces", spaced, verified())
    keys = {"jwks": dumps({"keys": [public("rsa", kid="r"), public("p256", kid="e")]})}
    cases.json("A11-jws-accepted-kid-unprotected", flattened(algorithm="ES256", key="p256", unprotected={"kid": "e"}), verified(key_id="e"),
               keys, ["RS256", "ES256"])


def examples(cases):
    """RFC 7515 appendices A.6, A.7 and F, RFC 7797 section 4.2."""
    a2 = b64(pkcs1(RSA, "RS256", f"{A2_HEADER}.{PAYLOAD}".encode()))
    a3_header, _, a3 = A3.split(".")
    kid = "e9bc097a-ce51-4036-9562-d2ade882db0d"
    first = {"protected": A2_HEADER, "header": {"kid": "2010-12-29"}, "signature": a2}
    second = {"protected": a3_header, "header": {"kid": kid}, "signature": a3}
    rsa, both = {k: v for k, v in RSA.items() if k != "d"} | {"kid": "2010-12-29"}, ["RS256", "ES256"]
    keys = {"jwks": dumps({"keys": [rsa, EC | {"kid": kid}]})}
    text = unb64(PAYLOAD)
    a6 = {"payload": PAYLOAD, "signatures": [first, second]}
    cases.json("RFC7515-A.6", a6, {"payload": PAYLOAD, "signatures": [{"index": 0, "key_id": "2010-12-29", "unprotected": {"kid": "2010-12-29"}},
                                                                       {"index": 1, "key_id": kid, "header": {"alg": "ES256"}}]}, keys, both)
    cases.json("RFC7515-A.6-one-key-known", a6, {"signatures": [{"index": 1, "key_id": kid}]}, {"jwks": dumps({"keys": [EC | {"kid": kid}]})}, both)
    a7 = {"payload": PAYLOAD} | second
    cases.json("RFC7515-A.7", a7, {"payload": PAYLOAD, "signatures": [{"index": 0, "algorithm": "ES256", "unprotected": {"kid": kid}, "key_id": kid}]}, keys, both)
    cases.compact("RFC7515-F", f"{A2_HEADER}..{a2}", {"payload": PAYLOAD}, {"jwks": dumps({"keys": [rsa]})}, ["RS256"], payload=text)
    cases.json("RFC7515-F-json", second, {"payload": PAYLOAD}, keys, both, payload=text)
    secret, money = {"key": {"jwk_secret": dumps({"kty": "oct", "k": HS_KEY})}}, b"$.02"
    cases.compact("RFC7797-4.1", "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ", {"payload": b64(money)}, secret)
    head, mark = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19", "A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
    cases.json("RFC7797-4.2", {"protected": head, "payload": "$.02", "signature": mark}, {"payload": b64(money), "signatures": [{"header": {"b64": False}}]}, secret)
    cases.compact("RFC7797-4.2-detached", f"{head}..{mark}", {"payload": b64(money)}, secret, payload=money)


def confusion(suite, cases):
    """A11: no form passes for another, and none of them for a token."""
    forms = {"flattened": dumps(flattened()), "general": dumps(general(one())), "detached": compact(detached=True),
             "unencoded": compact(b"text", header={"alg": "HS256"} | B64, encode=False, detached=True)}
    claims = dumps({"iss": ISSUER, "aud": AUDIENCE, "sub": "user-1", "exp": 1_900_000_000}).encode()
    forms["flattened-with-claims"] = dumps(flattened(claims))
    config = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["HS256"]}
    codes = {"detached": "token.signature", "unencoded": "token.unencoded_payload"}
    for name, text in forms.items():
        suite.case(f"A11-jws-{name}-as-a-token", "verify", {"now": 1_700_000_000, "config": config, "keys": HMAC, "token": text}, codes.get(name, "token.malformed"))
        if text.startswith("{"):
            cases.compact(f"A11-jws-{name}-as-compact", text, "token.malformed")
        else:
            cases.json(f"A11-jws-{name}-as-json", text, "token.json", payload=TEXT)
    cases.json("A11-jws-compact-as-json", compact(), "token.json")
    cases.json("A11-jws-compact-in-json", dumps(compact()), "token.json")
    cases.json("A11-jws-list", dumps([flattened()]), "token.json")
    cases.json("A16-jws-encrypted-json", {"protected": encoded({"alg": "dir", "enc": "A128GCM"}), "iv": "AA", "ciphertext": "AA", "tag": "AA"}, "token.encrypted")
    cases.compact("A16-jws-encrypted", ".".join([encoded({"alg": "dir", "enc": "A128GCM"}), "", "AA", "AA", "AA"]), "token.encrypted")


def missing(cases):
    """A12: CVE-2026-96760, a list without signatures that "all" verify, and its relatives."""
    cases.json("A12-CVE-2026-96760-no-signatures", general(), "token.malformed")
    cases.json("A12-no-signatures-detached", general(detached=True), "token.malformed", payload=TEXT)
    cases.json("A12-payload-alone", {"payload": b64(TEXT)}, "token.malformed")
    cases.json("A12-empty-object", {}, "token.malformed")
    for name, value in {"null": None, "object": {}, "text": "", "number": 0, "true": True}.items():
        cases.json(f"A12-signatures-{name}", {"payload": b64(TEXT), "signatures": value}, "token.malformed")
    for name, value in {"null": None, "text": "x", "list": [], "number": 1}.items():
        cases.json(f"A12-a-signature-is-{name}", general(value), "token.json")
    cases.json("A12-an-empty-signature-object", general({}), "token.malformed")
    cases.json("A12-a-good-one-beside-an-empty-object", general(one(), {}), "token.malformed")
    for name, value in {"empty": "", "null": None, "number": 1, "list": [], "padded": one()["signature"] + "=", "not-base64url": "*" * 43}.items():
        cases.json(f"A12-signature-{name}", flattened() | {"signature": value}, "token.malformed")
        cases.json(f"A12-signature-{name}-in-a-list", general(one() | {"signature": value}), "token.malformed")
    without = {k: v for k, v in flattened().items() if k != "signature"}
    cases.json("A12-signature-absent", without, "token.malformed")
    cases.compact("A12-compact-empty-signature", compact().rsplit(".", 1)[0] + ".", "token.malformed")
    cases.json("A12-payload-absent", flattened(detached=True), "token.malformed")
    cases.json("A12-payload-given-and-inside", flattened(), "token.malformed", payload=TEXT)
    cases.compact("A12-compact-payload-given-and-inside", compact(), "token.malformed", payload=TEXT)
    cases.compact("A12-compact-payload-not-given", compact(detached=True), "token.signature")
    cases.compact("A12-compact-another-payload", compact(detached=True), "token.signature", payload=TEXT + b" ")
    cases.json("A12-another-payload", flattened(detached=True), "token.signature", payload=TEXT[:-1])
    cases.json("A12-json-empty-payload-and-given", flattened(detached=True) | {"payload": ""}, "token.malformed", payload=TEXT)
    cases.json("A12-tampered-payload", flattened() | {"payload": b64(b"another")}, "token.signature")
    for name, value in {"null": None, "object": {"a": 1}, "number": 1, "padded": b64(b"a") + "=", "not-base64url": "+/+/"}.items():
        cases.json(f"A12-payload-{name}", flattened() | {"payload": value}, "token.malformed")


def unprotected(cases):
    """A13 and B14: what decides about the check is protected, and no header names a key."""
    for name, members in {"alg": {"alg": "HS256"}, "alg-none": {"alg": "none"}, "crit": {"crit": ["exp"]}, "crit-empty": {"crit": []}, "b64": {"b64": False}, "b64-true": {"b64": True},
                          "b64-and-crit": B64, "alg-escaped": "escaped"}.items():
        jws = flattened(unprotected={"note": 1} if members == "escaped" else members)
        text = dumps(jws).replace('"note"', '"\\u0061lg"') if members == "escaped" else dumps(jws)
        cases.json(f"A13-{name}-unprotected", text, "token.header")
        cases.json(f"A13-{name}-unprotected-in-a-list", dumps({"payload": jws["payload"], "signatures": ["-"]}).replace('"-"', dumps(one()) + "," + text), "token.header")
    only = {"payload": b64(TEXT), "header": {"alg": "HS256"}, "signature": b64(sign("HS256", SECRET, f".{b64(TEXT)}".encode()))}
    cases.json("A13-nothing-protected", only, "token.header")
    cases.json("A13-nothing-protected-and-no-header", {k: v for k, v in only.items() if k != "header"}, "token.malformed")
    cases.json("A13-protected-empty", flattened() | {"protected": ""}, "token.malformed")
    cases.json("A13-protected-object", flattened() | {"protected": {"alg": "HS256"}}, "token.malformed")
    for name, protected, header in (("kid", {"alg": "HS256", "kid": "a"}, {"kid": "a"}), ("kid-other", {"alg": "HS256", "kid": "a"}, {"kid": "b"}),
                                    ("typ", {"alg": "HS256", "typ": "x"}, {"typ": "x"}), ("custom", {"alg": "HS256", "x": 1}, {"x": 2})):
        cases.json(f"A13-{name}-in-both-headers", flattened(header=protected, unprotected=header), "token.duplicate_member")
    for name, value in {"text": "x", "list": [], "null": None, "number": 5}.items():
        cases.json(f"A13-header-{name}", flattened() | {"header": value}, "token.json")
    cases.json("A13-kid-number-unprotected", flattened(unprotected={"kid": 1}), "token.header")
    cases.json("A13-header-of-five-kilobytes", flattened(unprotected={"x": "y" * 5000}), "token.too_large")
    attacker = public("rsa_b", kid="k1")
    keys = {"jwks": dumps({"keys": [public("rsa", kid="k1")]})}
    for name, members in {"jwk": {"jwk": attacker}, "jku": {"jku": "https://evil.example/jwks"}, "x5u": {"x5u": "https://evil.example/cert"},
                          "x5c": {"x5c": ["".join(KEYS["rsa_b"]["pem"]["certificate"].splitlines()[1:-1])]}}.items():
        cases.json(f"B14-jws-{name}-unprotected", flattened(algorithm="RS256", key="rsa_b", unprotected=members), "token.signature", keys, ["RS256"])
        cases.json(f"B14-jws-{name}-protected", flattened(header={"alg": "RS256"} | members, algorithm="RS256", key="rsa_b"), "token.signature", keys, ["RS256"])
        cases.json(f"B14-jws-{name}-ignored", flattened(algorithm="RS256", key="rsa", unprotected=members), verified(), keys, ["RS256"])
    for name, alg in {"none": "none", "empty": "", "null": None, "absent": ..., "list": ["HS256"], "not-allowed": "HS384", "lower-case": "hs256", "rsa": "RS256"}.items():
        header = {} if alg is ... else {"alg": alg}
        cases.json(f"B1-jws-{name}", flattened(header=header | {"x": 1}), "token.algorithm")


def several(cases):
    """Which signatures of a general JWS must verify: one at least, and every one that names a key that is there."""
    rsa, ec = public("rsa", kid="r"), public("p256", kid="e")
    keys, both = {"jwks": dumps({"keys": [rsa, ec]})}, ["RS256", "ES256"]
    by_rsa = one(header={"alg": "RS256", "kid": "r"}, algorithm="RS256", key="rsa")
    by_ec = one(header={"alg": "ES256", "kid": "e"}, algorithm="ES256", key="p256")
    stranger = one(header={"alg": "RS256", "kid": "x"}, algorithm="RS256", key="rsa_b")
    nameless = one(algorithm="RS256", key="rsa_b")
    broken = by_ec | {"signature": b64(bytes(64))}
    forged = one(header={"alg": "RS256", "kid": "r"}, algorithm="RS256", key="rsa_b")
    ids = lambda *pairs: {"signatures": [{"index": index, "key_id": kid} for index, kid in pairs]}
    cases.json("A12-several-all-verify", general(by_rsa, by_ec), ids((0, "r"), (1, "e")), keys, both)
    cases.json("A12-several-a-stranger-is-passed-over", general(stranger, by_ec), ids((1, "e")), keys, both)
    cases.json("A12-several-a-nameless-stranger-is-passed-over", general(by_rsa, nameless), ids((0, "r")), keys, both)
    cases.json("A12-several-an-unknown-algorithm-is-passed-over", general(by_rsa, one(header={"alg": "XS256", "kid": "x"})), ids((0, "r")), keys, both)
    cases.json("A12-several-an-algorithm-that-is-not-allowed-is-passed-over", general(by_rsa, one(header={"alg": "HS256"})), ids((0, "r")), keys, both)
    cases.json("A12-several-one-key-twice", general(by_rsa, by_rsa), ids((0, "r"), (1, "r")), keys, both)
    cases.json("A12-several-two-strangers-and-one", general(nameless, stranger, by_rsa), ids((2, "r")), keys, both)
    cases.json("A12-several-ten", general(*[by_rsa] * 10), {"payload": b64(TEXT)}, keys, both)
    cases.json("A12-several-eleven", general(*[by_rsa] * 11), "token.too_large", keys, both)
    cases.json("A12-several-a-thousand", concat('{"payload":"AA","signatures":[', repeat('{"signature":"AA","protected":"e30"},', 1000), "{}]}"), "token.algorithm", keys, both)
    cases.json("A12-several-one-of-ours-is-broken", general(by_rsa, broken), "token.signature", keys, both)
    cases.json("A12-several-ours-is-broken-beside-a-stranger", general(stranger, broken), "token.signature", keys, both)
    cases.json("A12-several-our-name-with-another-key", general(by_ec, forged), "token.signature", keys, both)
    cases.json("A12-several-our-name-with-another-algorithm", general(by_rsa, one(header={"alg": "RS256", "kid": "e"}, algorithm="RS256", key="rsa")), "token.algorithm", keys, both)
    cases.json("A12-several-our-name-with-an-algorithm-that-is-not-allowed", general(by_rsa, one(header={"alg": "PS256", "kid": "r"}, algorithm="PS256", key="rsa")),
               "token.algorithm", keys, both)
    cases.json("A12-several-our-name-with-none", general(by_rsa, one(header={"alg": "none", "kid": "e"})), "token.algorithm", keys, both)
    cases.json("A12-several-strangers-only", general(stranger, nameless), "token.signature", keys, both)
    cases.json("A12-several-unknown-names-only", general(stranger, stranger), "token.key_not_found", keys, both)
    cases.json("A12-several-none-only", general(one(header={"alg": "none"}), one(header={"alg": "NONE"})), "token.algorithm", keys, both)
    cases.json("A12-several-a-malformed-stranger", general(by_rsa, stranger | {"protected": "!"}), "token.malformed", keys, both)
    cases.json("A12-several-a-strangers-critical-extension", general(by_rsa, one(header={"alg": "RS256", "kid": "x", "crit": ["exp"], "exp": 1}, algorithm="RS256", key="rsa_b")),
               "token.critical", keys, both)
    single = {"key": {"pem_public": pem("rsa", "spki")}}
    cases.json("A12-several-a-key-without-a-name", general(stranger, by_rsa), {"signatures": [{"index": 1, "key_id": None}]}, single, ["RS256"])
    cases.json("A12-several-a-key-without-a-name-and-no-signature-of-it", general(stranger, nameless), "token.signature", single, ["RS256"])
    moved = general(one(b"another", header={"alg": "RS256", "kid": "r"}, algorithm="RS256", key="rsa"), by_ec)
    cases.json("A12-several-a-signature-of-another-payload", moved, "token.signature", keys, both)


def unencoded(cases):
    """A14: payloads that are not encoded."""
    head = {"alg": "HS256"} | B64
    raw = b"$.02 is a payload, \xc3\xa9 too"
    cases.compact("A14-accepted-detached", compact(raw, header=head, encode=False, detached=True), verified(raw), payload=raw)
    binary = bytes(range(256))
    cases.compact("A14-accepted-detached-bytes", compact(binary, header=head, encode=False, detached=True), verified(binary), payload=binary)
    cases.json("A14-accepted-flattened", flattened(raw, header=head, encode=False), verified(raw))
    cases.json("A14-accepted-flattened-detached", flattened(raw, header=head, encode=False, detached=True), verified(raw), payload=raw)
    cases.json("A14-accepted-general", general(one(raw, header=head, encode=False), one(raw, header=head | {"kid": "x"}, encode=False, key=b"o" * 32), payload=raw, encode=False), verified(raw))
    cases.compact("A14-accepted-b64-true", compact(header={"alg": "HS256", "b64": True, "crit": ["b64"]}), verified())
    cases.compact("A14-accepted-b64-true-not-critical", compact(header={"alg": "HS256", "b64": True}), verified())
    cases.compact("A14-jws-attached", compact(b"payload", header=head, encode=False), "token.unencoded_payload")
    cases.compact("A14-jws-attached-base64url-text", compact(b"cGF5bG9hZA", header=head, encode=False), "token.unencoded_payload")
    cases.compact("A14-jws-attached-empty", compact(b"", header=head, encode=False), "token.unencoded_payload")
    cases.compact("A14-jws-attached-with-a-dot", compact(b"pay.load", header=head, encode=False), "token.malformed")
    for form, make in (("compact", compact), ("flattened", flattened)):
        verify = cases.compact if form == "compact" else cases.json
        verify(f"A14-CVE-2026-48525-not-critical-{form}", make(raw, header={"alg": "HS256", "b64": False}, encode=False, detached=True), "token.unencoded_payload", payload=raw)
        verify(f"A14-not-critical-but-another-{form}", make(raw, header={"alg": "HS256", "b64": False, "crit": ["exp"], "exp": 1}, encode=False, detached=True), "token.critical", payload=raw)
        for name, value in {"text": "false", "number": 0, "null": None, "list": [False]}.items():
            verify(f"A14-b64-{name}-{form}", make(raw, header={"alg": "HS256", "b64": value, "crit": ["b64"]}, encode=False, detached=True), "token.header", payload=raw)
        verify(f"A14-encoded-although-it-says-not-{form}", make(raw, header=head, encode=True, detached=True), "token.signature", payload=raw)
        verify(f"A14-unencoded-although-it-says-encoded-{form}", make(raw, encode=False, detached=True), "token.signature", payload=raw)
    mixed = general(one(raw, header=head, encode=False), one(raw), payload=raw, encode=False)
    cases.json("A14-mixed-over-signatures", mixed, "token.unencoded_payload")
    stranger = one(raw, header={"alg": "RS256", "kid": "x"} | B64, encode=False, algorithm="RS256", key="rsa_b")
    cases.json("A14-mixed-with-a-stranger", general(one(raw), stranger, payload=raw), "token.unencoded_payload")
    large = concat('{"payload":"', repeat("x", 128 * 1024), '","protected":"' + encoded(head) + '","signature":"AAAA"}')
    cases.json("A14-jws-oversize", large, "token.too_large")
    for name, size in {"two-mebibytes": 2 << 20, "five-mebibytes": 5 << 20}.items():
        # The bindings stop long texts before the core does; none may cut one and accept what is left.
        for form, jws in (("compact", compact(detached=True)), ("unencoded", compact(header=head, encode=False, detached=True))):
            cases.compact(f"A14-jws-detached-{name}-{form}", jws, "token.too_large", payload={"text": repeat("x", size + 1)})
    million = "x" * 1_000_000
    cases.compact("A14-accepted-detached-a-million", compact(million.encode(), detached=True), verified_any(), payload={"text": repeat("x", 1_000_000)})


def critical(cases):
    """A15: `crit` in a JWS of any form may name b64, once, and nothing else."""
    for name, members in {
        "unknown": {"crit": ["x"], "x": 1}, "empty": {"crit": []}, "duplicate": B64 | {"crit": ["b64", "b64"]}, "number": {"crit": [1]}, "null": {"crit": None}, "text": {"crit": "b64", "b64": False},
        "object": {"crit": {"b64": True}, "b64": False}, "true": {"crit": True}, "standard-name": {"crit": ["alg"]}, "typ": {"crit": ["typ"], "typ": "x"}, "absent-member": {"crit": ["b64"]},
        "b64-and-another": B64 | {"crit": ["b64", "exp"], "exp": 1}, "nested": B64 | {"crit": [["b64"]]}, "other-case": {"crit": ["B64"], "B64": False}, "exp": {"crit": ["exp"], "exp": 1_900_000_000},
    }.items():
        for form, verify, make in (("compact", cases.compact, compact), ("flattened", cases.json, flattened)):
            verify(f"A15-jws-{name}-{form}", make(header={"alg": "HS256"} | members), "token.critical")
        cases.json(f"A15-jws-{name}-in-a-list", general(one(), one(header={"alg": "HS256"} | members)), "token.critical")


def structure(cases):
    """The rest of rows A: text, sizes, repeated members."""
    text = dumps(flattened())
    both = flattened() | {"signatures": [one()]}
    cases.json("A11-jws-both-forms", both, "token.malformed")
    for name in ("protected", "header", "signature"):
        extra = {"protected": one()["protected"], "header": {"x": 1}, "signature": one()["signature"]}[name]
        cases.json(f"A11-jws-general-with-{name}", general(one()) | {name: extra}, "token.malformed")
    for name in ("payload", "protected", "signature"):
        again = text[:-1] + f',"{name}":{dumps(flattened()[name])}}}'
        cases.json(f"A8-jws-repeated-{name}", again, "token.duplicate_member")
    cases.json("A8-jws-repeated-signatures", dumps(general(one()))[:-1] + ',"signatures":[]}', "token.duplicate_member")
    cases.json("A8-jws-repeated-in-a-signature", dumps(general(one())).replace('"signature":', '"signature":"AA","signature":'), "token.duplicate_member")
    cases.json("A8-jws-repeated-escaped", text[:-1] + ',"\\u0070ayload":"AA"}', "token.duplicate_member")
    cases.json("A8-jws-repeated-in-the-unprotected-header", text[:-1] + ',"header":{"a":1,"a":2}}', "token.duplicate_member")
    twice = b64('{"alg":"HS256","alg":"HS256"}')
    cases.json("A8-jws-repeated-alg", flattened(protected=twice), "token.duplicate_member")
    cases.compact("A8-jws-repeated-alg-compact", compact(protected=twice), "token.duplicate_member")
    for name, jws in {"empty": "", "byte-order-mark": "\ufeff" + text, "trailing": text + "x", "two-objects": text + text, "truncated": text[:-1], "comment": text[:-1] + "/**/}", "single-quotes": text.replace('"', "'"),
                      "lone-surrogate": text[:-1] + ',"x":"\\ud800"}', "trailing-comma": text[:-1] + ",}"}.items():
        cases.json(f"A7-jws-{name}", jws, "token.json")
    cases.json("A9-jws-deep", text[:-1] + ',"x":' + "[" * 40 + "]" * 40 + "}", "token.too_deep")
    cases.json("A9-jws-deep-unprotected", text[:-1] + ',"header":{"x":' + "[" * 40 + "]" * 40 + "}}", "token.too_deep")
    cases.json("A9-jws-a-hundred-thousand", repeat_text("[", 100_000), "token.too_deep")
    cases.json("A10-jws-number", text[:-1] + ',"header":{"x":9007199254740993}}', "token.number")
    cases.json("A5-jws-too-large", concat(text[:-1] + ',"x":"', repeat("x", 128 * 1024), '"}'), "token.too_large")
    cases.compact("A5-jws-too-large-compact", concat(compact().split(".")[0], ".", repeat("A", 16 * 1024), ".AAAA"), "token.too_large")
    cases.compact("A5-jws-header-of-five-kilobytes", compact(header={"alg": "HS256", "x": "y" * 5000}), "token.too_large")
    head, body, end = compact().split(".")
    for name, jws in {"two-parts": f"{head}.{body}", "four-parts": f"{head}.{body}.{end}.", "no-header": f".{body}.{end}", "space": f"{head}. {body}.{end}", "newline": f"{head}.{body}.{end}\n",
                      "padding": f"{head}.{body}.{end}=", "standard-base64": f"{head}.+/+/.{end}"}.items():
        cases.compact(f"A1-jws-{name}", jws, "token.malformed")
    last = end[:-1] + ("B" if end[-1] != "B" else "C")
    cases.compact("A4-jws-unused-bits", f"{head}.{body}.{last}", "token.malformed")
    cases.json("A4-jws-unused-bits-json", flattened() | {"signature": last}, "token.malformed")


def repeat_text(text, times):
    return concat(repeat(text, times))


def configuration(suite):
    """A verifier that could accept too much, or nothing, is not built."""
    jws = compact()

    def refuse(name, keys, algorithms, code):
        suite.case(name, "jws_verify", {"keys": keys, "algorithms": algorithms, "jws": jws}, code)

    rsa = {"key": {"pem_public": pem("rsa", "spki")}}
    refuse("B3-jws-no-algorithms", HMAC, [], "config.algorithms")
    refuse("B3-jws-mixed", HMAC, ["HS256", "RS256"], "config.algorithms")
    refuse("B3-jws-none", HMAC, ["none"], "config.unsupported_algorithm")
    refuse("B3-jws-wildcard", HMAC, ["*"], "config.unsupported_algorithm")
    refuse("B4-jws-key-of-another-family", rsa, ["ES256"], "key.wrong_type")
    refuse("B2-jws-public-key-for-hs256", rsa, ["HS256"], "key.wrong_type")
    refuse("B7-jws-short-secret", {"key": {"hmac": {"text": "short"}}}, ["HS256"], "key.too_short")
    refuse("B17-jws-use-enc", {"key": {"jwk_public": dumps(public("rsa", use="enc"))}}, ["RS256"], "key.use")
