"""How encrypted tokens are written: compact, and in JSON for one or several recipients (RFC 7516 section 7), rows A1 to A11 and D6."""

import ciphers
from encoding import b64, concat, dumps, repeat
from sealing import PLAINTEXT, Token, drawn

OK = {"plaintext": b64(PLAINTEXT)}
WRONG, SHAPE = "token.decryption", "token.malformed"


def serialization(decrypt):
    """Rows A1 to A11 for encrypted tokens."""
    token = Token("A256GCMKW", "A256GCM")
    text, parts = token.compact(), token.parts()

    def bad(name, value, expect=SHAPE, **more):
        decrypt(name, value, expect, "A256GCMKW", "A256GCM", **more)

    for count in (1, 2, 3, 4):
        bad(f"A1-jwe-of-{count}-parts", ".".join(parts[:count]))
    bad("A1-jwe-of-6-parts", text + ".AAAA")
    bad("A1-jwe-without-a-header", "." + ".".join(parts[1:]))
    bad("A1-jwe-empty", "")
    bad("A1-jwe-trailing-dot", text + ".")
    bad("A1-jwe-leading-dot", "." + text)
    bad("A1-jwe-signed-token", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA")
    for index, name in enumerate(("header", "key", "iv", "ciphertext", "tag")):
        for row, odd in {"A2": "=", "A3": " "}.items():
            changed = list(parts)
            changed[index] += odd
            bad(f"{row}-jwe-{name}", ".".join(changed))
        changed = list(parts)
        changed[index] = changed[index][:-1] + "+"
        bad(f"A3-jwe-{name}-plus", ".".join(changed))
    changed = list(parts)
    changed[4] = changed[4][:-1] + {"A": "B", "Q": "R", "g": "h", "w": "x"}[changed[4][-1]]
    bad("A4-jwe-unused-bits-of-the-tag", ".".join(changed))
    bad("A4-jwe-length-of-4n-plus-1", text + "AAA")
    bad("A5-jwe-too-large", concat(text, repeat("A", 65_536)), "token.too_large")
    bad("A5-jwe-too-large-for-the-option", text, "token.too_large", options={"encryptions": ["A256GCM"], "max_token": 100})
    bad("A5-jwe-large-header", concat(repeat("A", 16_384), ".", ".".join(parts[1:])), "token.too_large")
    bad("A6-jwe-dots", repeat(".", 1_000_000), "token.too_large")
    bad("A6-jwe-dots-within-the-limit", repeat(".", 60_000))
    accepted = dumps(token.flattened())
    decrypt("A11-jwe-flattened-json", accepted, OK, "A256GCMKW", "A256GCM", form="json")
    bad("A11-jwe-json-as-compact", accepted)
    bad("A11-jwe-compact-as-json", text, "token.json", form="json")
    for name, header, expect in (
        ("A7-jwe-header-bom", "\ufeff" + dumps(token.header), "token.json"), ("A7-jwe-header-comment", "/**/" + dumps(token.header), "token.json"),
        ("A7-jwe-header-trailing", dumps(token.header) + "x", "token.json"), ("A7-jwe-header-list", "[]", "token.json"),
        ("A7-jwe-header-invalid-utf-8", b"{\"alg\":\"\xff\"}", "token.json"), ("A7-jwe-header-surrogate", '{"alg":"\\ud800"}', "token.json"),
        ("A8-jwe-duplicate-alg", '{"alg":"A256GCMKW",' + dumps(token.header)[1:], "token.duplicate_member"),
        ("A8-jwe-duplicate-enc", '{"enc":"A256GCM",' + dumps(token.header)[1:], "token.duplicate_member"),
        ("A8-jwe-duplicate-escaped", '{"\\u0061lg":"A256GCMKW",' + dumps(token.header)[1:], "token.duplicate_member"),
        ("A8-jwe-duplicate-in-epk", '{"epk":{"x":"","x":""},' + dumps(token.header)[1:], "token.duplicate_member"),
        ("A9-jwe-deep-header", '{"x":' + "[" * 1000 + "]" * 1000 + "," + dumps(token.header)[1:], "token.too_deep"),
        ("A10-jwe-number", '{"x":1e400,' + dumps(token.header)[1:], "token.number"),
        ("A10-jwe-large-integer", '{"x":9007199254740993,' + dumps(token.header)[1:], "token.number"),
    ):
        bad(name, token.seal(protected=header).compact(), expect)


def recipients(decrypt):
    """Row D6 and the JSON forms (RFC 7516 section 7.2)."""
    token = Token("A256GCMKW", "A256GCM")
    flat = token.flattened()
    header = dict(token.header)
    both = ("A256GCMKW", "A256GCM")

    def given(name, value, expect, **more):
        decrypt(name, value if isinstance(value, (str, dict)) and "concat" in value else dumps(value), expect, *both, form="json", **more)

    general = {name: flat[name] for name in ("protected", "iv", "ciphertext", "tag")}
    one = {"encrypted_key": flat["encrypted_key"]}
    given("D6-accepted-general", general | {"recipients": [one]}, OK)
    shared_token = Token(*both)
    parameters = {name: value for name, value in header.items() if name != "enc"}
    shared_token.header = {"enc": "A256GCM"}
    shared_flat = shared_token.seal().flattened()
    rest = {name: shared_flat[name] for name in ("protected", "iv", "ciphertext", "tag")}
    mine = {"header": parameters, **one}
    foreign = {"header": {"alg": "RSA1_5", "kid": "x"}, "encrypted_key": "AAAA"}
    given("D6-accepted-second-recipient", rest | {"recipients": [foreign, mine]}, OK | {"unprotected": parameters})
    given("D6-accepted-unprotected-alg", rest | one | {"unprotected": parameters}, OK | {"unprotected": parameters})
    nothing = Token(*both)
    nothing.header = dict(parameters)
    bare = nothing.seal().flattened()
    # Without a protected header the tag covers the empty text.
    nothing.ciphertext, nothing.tag = ciphers.gcm(nothing.cek, nothing.iv, b"", PLAINTEXT)
    bare = {"unprotected": header, **one, "iv": b64(nothing.iv), "ciphertext": b64(nothing.ciphertext), "tag": b64(nothing.tag)}
    given("D6-accepted-content-only", bare, OK | {"header": {}})
    aad = Token(*both).seal(aad=b"in plain sight")
    given("D6-accepted-aad", aad.flattened(), OK | {"aad": b64("in plain sight")})
    given("D6-aad-changed", aad.flattened(aad=b64("in plain sighs")), WRONG)
    given("D6-aad-taken-away", {k: v for k, v in aad.flattened().items() if k != "aad"}, WRONG)
    given("D6-aad-added", flat | {"aad": b64("x")}, WRONG)
    given("D6-aad-empty", flat | {"aad": ""}, SHAPE)
    given("D6-aad-too-large", flat | {"aad": b64("a" * 8193)}, "token.too_large")
    text = dumps(flat)
    given("D6-aad-huge", concat(text[:-1] + ',"aad":"', repeat("A", 1_000_000), '"}'), "token.too_large")
    given("D6-17-recipients", rest | {"recipients": [foreign] * 16 + [mine]}, "token.too_large")
    given("D6-16-recipients", rest | {"recipients": [foreign] * 15 + [mine]}, OK)
    given("D6-1000-recipients", rest | {"recipients": [{}] * 1000}, "token.too_large")
    given("D6-no-recipient", general | {"recipients": []}, SHAPE)
    given("D6-recipients-object", general | {"recipients": one}, SHAPE)
    given("D6-recipient-text", general | {"recipients": ["x"]}, SHAPE)
    given("D6-both-forms", flat | {"recipients": [one]}, SHAPE)
    given("D6-both-forms-header", general | {"header": {}, "recipients": [one]}, SHAPE)
    given("D6-five-recipients-with-a-wrong-key", rest | {"recipients": [mine | {"encrypted_key": b64(drawn(f"{n}", 32))} for n in range(5)]}, WRONG)
    given("D6-no-ciphertext", {k: v for k, v in flat.items() if k != "ciphertext"}, SHAPE)
    given("D6-no-tag", {k: v for k, v in flat.items() if k != "tag"}, WRONG)
    given("D6-tag-number", flat | {"tag": 5}, SHAPE)
    given("D6-protected-empty", flat | {"protected": ""}, SHAPE)
    given("D6-protected-object", flat | {"protected": header}, SHAPE)
    given("D6-header-text", flat | {"header": "x"}, SHAPE)
    given("D6-unprotected-list", flat | {"unprotected": []}, SHAPE)
    given("A8-jwe-alg-in-two-parts", flat | {"unprotected": {"alg": "A256GCMKW"}}, "token.duplicate_member")
    given("A8-jwe-enc-in-two-parts", flat | {"header": {"enc": "A256GCM"}}, "token.duplicate_member")
    given("A8-jwe-unprotected-and-own", rest | one | {"unprotected": parameters, "header": {"alg": "A256GCMKW"}}, "token.duplicate_member")
    given("A8-jwe-same-value-in-two-recipients-is-fine", rest | {"recipients": [mine, mine]}, OK)
    given("A15-jwe-crit-unprotected", flat | {"unprotected": {"crit": ["exp"]}}, "token.critical")
    given("A15-jwe-crit-of-another-recipient", rest | {"recipients": [mine, {"header": {"alg": "A128KW", "crit": ["x"]}}]}, "token.critical")
    decrypt("A8-jwe-duplicate-json-member", text[:-1] + ',"tag":"AAAA"}', "token.duplicate_member", *both, form="json")
    decrypt("A9-jwe-deep-json", text[:-1] + ',"x":' + "[" * 40 + "]" * 40 + "}", "token.too_deep", *both, form="json")
