"""Row family A: the compact serialization and its JSON."""

from encoding import NOW, Suite, b64, concat, dumps, repeat
from tokens import CLAIMS, claims, encoded, given, segments, token

GOOD = token()
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")
OPEN = dumps(CLAIMS)[:-1]


def build():
    suite = Suite("Compact parsing and strict JSON: RFC 7515 section 7.1, RFC 7519 section 7.2, RFC 8725 section 3.")

    def refuse(name, text, code, decoded=True):
        """A token that neither `verify` nor `decode_unverified` takes."""
        suite.case(name, "verify", given(text), code)
        if decoded:
            suite.case(f"{name}-decoded", "decode_unverified", {"token": text}, code)

    def accept(name, text, **expect):
        expect = expect or {"claims": CLAIMS}
        suite.case(name, "verify", given(text), expect)
        suite.case(f"{name}-decoded", "decode_unverified", {"token": text}, expect)

    structure(refuse, accept)
    spelling(refuse, accept)
    size(refuse, accept)
    strict_json(refuse, accept)
    duplicates(refuse, accept)
    depth_and_numbers(refuse, accept)
    other_serializations(refuse)
    extensions(refuse, accept)
    return suite


def structure(refuse, accept):
    accept("A1-three-segments", GOOD, claims=CLAIMS, header={"alg": "HS256", "typ": "JWT"}, raw=dumps(CLAIMS))
    for name, text in {
        "empty": "", "one-dot-only": ".", "two-dots-only": "..", "no-dot": PAYLOAD, "one-dot": f"{HEADER}.{PAYLOAD}",
        "three-dots": GOOD + ".", "four-segments": GOOD + "." + SIGNATURE, "leading-dot": "." + GOOD,
        "empty-header": f".{PAYLOAD}.{SIGNATURE}", "six-segments": ".".join([HEADER] * 6),
    }.items():
        refuse(f"A1-{name}", text, "token.malformed")
    refuse("A1-empty-signature", f"{HEADER}.{PAYLOAD}.", "token.malformed", decoded=False)
    # A JWS may be empty, a JWT may not: its payload is a JSON object.
    refuse("A1-empty-payload", segments(HEADER, ""), "token.json")


def spelling(refuse, accept):
    pad = "=" * (-len(PAYLOAD) % 4) or "="
    for name, text in {
        "signature": GOOD + "=", "payload": segments(HEADER, PAYLOAD + pad), "header": segments(HEADER + "=", PAYLOAD),
        "everywhere": segments(HEADER + "=", PAYLOAD + pad) + "=", "percent-encoded": GOOD + "%3D",
    }.items():
        refuse(f"A2-{name}", text, "token.malformed")
    middle = len(PAYLOAD) // 2
    for name, odd in {
        "space": " ", "line-feed": "\n", "carriage-return": "\r", "crlf": "\r\n", "tab": "\t", "nul": "\0", "plus": "+",
        "slash": "/", "question-mark": "?", "zero-width-space": "\u200b", "full-width-a": "\uff21", "byte-order-mark": "\ufeff",
        "percent": "%41", "no-break-space": "\u00a0", "comma": ",", "tilde": "~",
    }.items():
        inside = PAYLOAD[:middle] + odd + PAYLOAD[middle:]
        signed = f"{HEADER}.{inside}"
        refuse(f"A3-{name}-inside", segments(HEADER, inside) if odd.isascii() else f"{signed}.{SIGNATURE}", "token.malformed")
        refuse(f"A3-{name}-after", GOOD + odd, "token.malformed", decoded=False)
        refuse(f"A3-{name}-before", odd + GOOD, "token.malformed", decoded=False)
    # A signature of 32 bytes ends in a character of which two bits are unused.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(SIGNATURE[-1])
    for extra in (1, 2, 3):
        refuse(f"A4-trailing-bits-{extra}", GOOD[:-1] + alphabet[last | extra], "token.malformed")
    refuse("A4-length-one-mod-four", GOOD + "AA", "token.malformed")
    refuse("A4-payload-length-one-mod-four", segments(HEADER, "eyJhI"), "token.malformed")
    refuse("A4-header-of-one-character", f"e.{PAYLOAD}.{SIGNATURE}", "token.malformed")
    for name, text in {
        "padded": GOOD + "=", "trailing-bits": GOOD[:-1] + alphabet[last | 1], "percent-dot": GOOD.replace(".", "%2E"),
        "trailing-newline": GOOD + "\n", "bearer-prefix": "Bearer " + GOOD, "quoted": f'"{GOOD}"',
    }.items():
        refuse(f"A18-{name}", text, "token.malformed")
    accept("A18-the-one-spelling", GOOD)


def sized(length):
    """A valid token of exactly this many characters."""
    for fill in range(length * 3 // 4 - 400, length * 3 // 4):
        text = token(claims(fill="x" * fill))
        if len(text) == length:
            return text
    raise ValueError(length)


def size(refuse, accept):
    accept("A5-token-at-the-limit", sized(16384), claims={"sub": "user-1"})
    refuse("A5-token-over-the-limit", sized(16385), "token.too_large")
    refuse("A5-megabytes-of-header", concat(repeat("A", 5_000_000), "." + PAYLOAD + "." + SIGNATURE), "token.too_large")
    refuse("A5-megabytes-of-payload", concat(HEADER + ".", repeat("A", 5_000_000), "." + SIGNATURE), "token.too_large")
    refuse("A5-megabytes-of-signature", concat(GOOD, repeat("A", 5_000_000)), "token.too_large")
    accept("A5-header-of-two-kilobytes", token(header={"alg": "HS256", "x": "y" * 2000}))
    accept("A5-header-of-64-members", token(header={"alg": "HS256"} | {f"x{i}": i for i in range(63)}))
    refuse("A5-header-of-65-members", token(header={"alg": "HS256"} | {f"x{i}": i for i in range(64)}), "token.too_large")
    accept("A5-claims-of-500-members", token(CLAIMS | {f"x{i}": i for i in range(500)}))
    refuse("B15-as-long-as-escapes-can-make-it", token(header='{"alg":"HS256","kid":"' + "\\u0041" * 257 + '"}'), "token.header")
    accept("B15-all-escapes", token(header='{"alg":"HS256","kid":"' + "\\u0041" * 256 + '"}'))
    refuse("A5-header-over-the-limit", token(header={"alg": "HS256", "x": "y" * 5000}), "token.too_large")
    refuse("A6-megabyte-of-dots", repeat(".", 1_000_000), "token.too_large")
    refuse("A6-dots-after-a-token", concat(GOOD, repeat(".", 1_000_000)), "token.too_large")
    refuse("A6-dots-below-the-limit", repeat(".", 16000), "token.malformed")


def strict_json(refuse, accept):
    spaced = dumps(CLAIMS).replace(",", " ,\r\n")
    accept("A7-white-space-is-json", segments(b64('{\n"alg" :\t"HS256" }'), b64(spaced)), claims=CLAIMS, raw=spaced)
    accept("A7-escapes-in-values", token(OPEN + ',"t":"\\u0041\\ud83d\\ude00\\n\\/"}'), claims={"t": "A\U0001f600\n/"})
    accept("A7-utf-8-in-values", token(claims(name="Zoë 日本 \U0001f600")), claims={"name": "Zoë 日本 \U0001f600"})
    good = dumps(CLAIMS)
    payloads = {
        "byte-order-mark": "\ufeff" + good, "utf-16": good.encode("utf-16"), "utf-16-be": good.encode("utf-16-be"),
        "invalid-byte": OPEN.encode() + b',"t":"\xff"}', "overlong": OPEN.encode() + b',"t":"\xc0\x80"}',
        "encoded-surrogate": OPEN.encode() + b',"t":"\xed\xa0\x80"}', "truncated-sequence": OPEN.encode() + b',"t":"\xe2\x82"}',
        "lone-high-surrogate": OPEN + ',"t":"\\ud800"}', "lone-low-surrogate": OPEN + ',"t":"\\udc00"}',
        "swapped-surrogates": OPEN + ',"t":"\\udc00\\ud800"}', "surrogate-in-a-name": OPEN + ',"\\ud800":1}',
        "trailing-text": good + "x", "second-object": good + "{}", "trailing-nul": good + "\0", "comment": good + "/* */",
        "line-comment": "//\n" + good, "trailing-comma": OPEN + ",}", "single-quotes": OPEN + ",'t':1}",
        "bare-name": OPEN + ",t:1}", "control-character": OPEN + ',"t":"a\tb"}', "raw-nul": OPEN + ',"t":"a\0b"}',
        "bad-escape": OPEN + ',"t":"\\x41"}', "short-escape": OPEN + ',"t":"\\u004"}', "unclosed": OPEN,
        "unclosed-text": OPEN + ',"t":"', "missing-value": OPEN + ',"t":}', "missing-colon": OPEN + ',"t" 1}',
        "upper-case-true": OPEN + ',"t":TRUE}', "undefined": OPEN + ',"t":undefined}', "only-white-space": "   ",
    }
    for name, payload in payloads.items():
        refuse(f"A7-payload-{name}", token(payload), "token.json")
    head = '{"alg":"HS256"'
    for name, header in {
        "byte-order-mark": "\ufeff" + head + "}", "utf-16": (head + "}").encode("utf-16"), "trailing-text": head + "}x",
        "invalid-byte": head.encode() + b',"t":"\xff"}', "lone-surrogate": head + ',"t":"\\ud800"}', "comment": head + "/**/}",
        "array": "[]", "text": '"HS256"', "null": "null", "number": "1", "trailing-comma": head + ",}", "not-json": "HS256",
    }.items():
        refuse(f"A7-header-{name}", token(header=header), "token.json")


def duplicates(refuse, accept):
    accept("A8-same-name-at-other-levels", token(claims(a={"sub": 1, "a": {"a": 2}}, b={"sub": 2})))
    head = '{"alg":"HS256","kid":"k"'
    for name, header in {
        "alg": head + ',"alg":"HS256"}', "alg-none": head + ',"alg":"none"}', "alg-escaped": head + ',"\\u0061lg":"none"}',
        "kid": head + ',"kid":"other"}', "kid-escaped": head + ',"\\u006bid":"other"}', "typ": head + ',"typ":"a","typ":"b"}',
        "crit": head + ',"x":1,"crit":["x"],"crit":["x"]}', "unknown": head + ',"x":1,"x":1}', "nested": head + ',"x":{"y":1,"y":1}}',
    }.items():
        refuse(f"A8-header-{name}", token(header=header), "token.duplicate_member")
    for name, tail in {
        "aud": '"aud":"other"', "exp": f'"exp":{NOW + 10**6}', "iss": '"iss":"https://evil.example"', "sub": '"sub":"root"',
        "sub-escaped": '"s\\u0075b":"root"', "aud-escaped": '"\\u0061\\u0075\\u0064":"other"', "nested": '"a":{"b":1,"b":2}',
        "nested-in-list": '"a":[{"b":1},{"b":1,"b":2}]', "empty-name": '"":1,"":2', "surrogate-pair": '"\\ud83d\\ude00":1,"\U0001f600":2',
        "slash-escaped": '"a/b":1,"a\\/b":2', "equal-values": '"sub":"user-1"',
    }.items():
        refuse(f"A8-payload-{name}", token(OPEN + "," + tail + "}"), "token.duplicate_member")
    many = ",".join(f'"m{i}":{i}' for i in range(200))
    accept("A8-two-hundred-names", token(OPEN + "," + many + "}"))
    refuse("A8-payload-repeat-after-two-hundred", token(OPEN + "," + many + ',"m0":1}'), "token.duplicate_member")


def nested(depth, open_="[", close="]"):
    return OPEN + ',"t":' + open_ * depth + ("" if open_ == "[" else "1") + close * depth + "}"


def depth_and_numbers(refuse, accept):
    accept("A9-depth-twenty", token(nested(19)))
    accept("A9-depth-thirty-two", token(nested(31)))
    refuse("A9-depth-thirty-three", token(nested(32)), "token.too_deep")
    refuse("A9-lists", token(nested(5000)), "token.too_deep")
    refuse("A9-objects", token(nested(1000, '{"a":', "}")), "token.too_deep")
    refuse("A9-unclosed-lists", token(OPEN + ',"t":' + "[" * 8000), "token.too_deep")
    refuse("A9-header", token(header='{"alg":"HS256","t":' + "[" * 1000 + "]" * 1000 + "}"), "token.too_deep")
    refuse("A9-a-million", concat(HEADER + ".", repeat("W1tb", 250_000), "." + SIGNATURE), "token.too_large")
    for name, text, value in [
        ("largest-integer", "9007199254740991", 2**53 - 1), ("smallest-integer", "-9007199254740991", 1 - 2**53),
        ("fraction", "0.5", 0.5), ("zero", "0", 0), ("exponent", "125e-3", 0.125),
    ]:
        accept(f"A10-{name}", token(OPEN + f',"t":{text}}}'), claims={"t": value})
    for name, text, code in [
        ("1e400", "1e400", "number"), ("minus-1e400", "-1e400", "number"), ("five-thousand-digits", "9" * 5000, "number"),
        ("2-to-63", str(2**63), "number"), ("2-to-64", str(2**64), "number"), ("2-to-53-plus-1", str(2**53 + 1), "number"),
        ("2-to-53", str(2**53), "number"), ("minus-2-to-53", str(-(2**53)), "number"), ("minus-zero", "-0", "number"),
        ("nan", "NaN", "json"), ("infinity", "Infinity", "json"), ("minus-infinity", "-Infinity", "json"), ("leading-zero", "01", "json"),
        ("leading-plus", "+1", "json"), ("hexadecimal", "0x10", "json"), ("bare-fraction", ".5", "json"), ("no-fraction", "1.", "json"),
        ("no-exponent", "1e", "json"), ("separator", "1_000", "json"),
    ]:
        refuse(f"A10-{name}", token(OPEN + f',"t":{text}}}'), f"token.{code}")
    refuse("A10-in-the-header", token(header='{"alg":"HS256","t":9007199254740993}'), "token.number")
    refuse("A10-nested", token(OPEN + ',"t":[{"a":[1,1e999]}]}'), "token.number")


def other_serializations(refuse):
    flattened = {"payload": PAYLOAD, "protected": HEADER, "signature": SIGNATURE}
    general = {"payload": PAYLOAD, "signatures": [{"protected": HEADER, "signature": SIGNATURE}]}
    for name, value in {
        "flattened": flattened, "general": general, "flattened-with-compact": flattened | {"token": GOOD}, "list": [GOOD],
        "text": GOOD,
    }.items():
        refuse(f"A11-{name}", dumps(value), "token.malformed")
    refuse("A11-claims-in-a-member-name", dumps({GOOD.rsplit(".", 1)[0] + ".": "", "payload": PAYLOAD}), "token.malformed")
    for name, value in {
        "no-signatures": {"payload": PAYLOAD, "signatures": []}, "without-signature": {"payload": PAYLOAD, "protected": HEADER},
        "null-signatures": {"payload": PAYLOAD, "signatures": None}, "payload-only": {"payload": PAYLOAD},
    }.items():
        refuse(f"A12-{name}", dumps(value), "token.malformed")
    for name, unprotected in {
        "alg": {"alg": "HS256"}, "crit": {"alg": "HS256", "crit": ["x"], "x": 1}, "b64": {"alg": "HS256", "b64": False},
    }.items():
        bare = segments("", PAYLOAD).split(".")[2]
        refuse(f"A13-{name}", dumps({"payload": PAYLOAD, "header": unprotected, "signature": bare}), "token.malformed")
    for name, header, middle in [
        ("direct", {"alg": "dir", "enc": "A256GCM"}, ""), ("rsa-oaep", {"alg": "RSA-OAEP-256", "enc": "A256GCM"}, b64(b"\1" * 256)),
        ("ecdh", {"alg": "ECDH-ES+A128KW", "enc": "A128CBC-HS256"}, b64(b"\2" * 24)), ("signing-algorithm", {"alg": "HS256"}, b64(b"\3" * 32)),
    ]:
        refuse(f"A16-{name}", ".".join([encoded(header), middle, b64(b"\4" * 12), b64(b"\5" * 40), b64(b"\6" * 16)]), "token.encrypted")
    unsigned = f"{encoded({'alg': 'none'})}.{PAYLOAD}."
    for name, inner in {
        "unsigned-inner": unsigned, "foreign-inner": token(key=b"\7" * 32), "signed-inner": GOOD,
        "asymmetric-inner": token(algorithm="EdDSA", key="ed25519"),
    }.items():
        refuse(f"A17-{name}", token(inner, header={"alg": "HS256", "cty": "JWT"}), "token.json", decoded=False)
    refuse("A17-quoted-inner", token(dumps(GOOD), header={"alg": "HS256", "cty": "JWT"}), "token.json", decoded=False)


def extensions(refuse, accept):
    for name, header in {
        "not-critical": {"alg": "HS256", "b64": False}, "critical": {"alg": "HS256", "b64": False, "crit": ["b64"]},
    }.items():
        refuse(f"A14-{name}", token(header=header), "token.unencoded_payload", decoded=False)
        refuse(f"A14-{name}-raw-payload", segments(encoded(header), dumps(CLAIMS)), "token.malformed", decoded=False)
    refuse("A14-detached", segments(encoded({"alg": "HS256", "b64": False, "crit": ["b64"]}), ""), "token.unencoded_payload", decoded=False)
    for name, extra in {
        "unknown": {"crit": ["x"], "x": 1}, "url": {"crit": ["http://example.com/UNDEFINED"], "http://example.com/UNDEFINED": True},
        "empty": {"crit": []}, "repeated": {"crit": ["x", "x"], "x": 1}, "not-text": {"crit": [1]}, "text": {"crit": "x", "x": 1},
        "null": {"crit": None}, "true": {"crit": True}, "object": {"crit": {"x": 1}, "x": 1}, "standard-name": {"crit": ["alg"]},
        "kid": {"crit": ["kid"], "kid": "k"}, "exp": {"crit": ["exp"], "exp": 1}, "absent-member": {"crit": ["x"]}, "empty-name": {"crit": [""], "": 1},
        "nested": {"crit": [["x"]], "x": 1},
    }.items():
        refuse(f"A15-{name}", token(header={"alg": "HS256"} | extra), "token.critical", decoded=False)
    accept("A15-unknown-member-without-crit", token(header={"alg": "HS256", "x": {"y": [1]}}))
