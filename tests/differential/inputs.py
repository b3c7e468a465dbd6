"""What all peers are given: keys, sets of claims, and hostile tokens; written as one JSON file.

Everything is drawn from a fixed seed, so that a difference can be seen again. The hostile tokens are signed with the right key wherever
that is possible: what is odd about them lies behind the signature.
"""

import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "vectors" / "generate"))

import encrypted_inputs  # noqa: E402  (the path must be there first)
from encoding import KEYS, b64, dumps  # noqa: E402
from tokens import SECRET, encoded, segments  # noqa: E402

ISSUER, AUDIENCE = "https://idp.example.com", "my-api"
# The peers have clocks of their own, so that times lie far from today.
FAR, PAST = 4_102_444_800, 1_600_000_000
BASE = {"iss": ISSUER, "sub": "user-1", "aud": AUDIENCE, "exp": FAR, "iat": PAST}
KEY_OF = {
    "RS256": "rsa", "RS384": "rsa", "RS512": "rsa", "PS256": "rsa", "PS384": "rsa", "PS512": "rsa", "ES256": "p256", "ES384": "p384", "ES512": "p521",
    "ES256K": "k256", "EdDSA": "ed25519", "Ed25519": "ed25519",
}
SETS, EDITS = 120, 120


def keys():
    out = {name: {"secret": b64(SECRET)} for name in ("HS256", "HS384", "HS512")}
    for algorithm, name in KEY_OF.items():
        out[algorithm] = {"private": KEYS[name]["pem"]["pkcs8"], "public": KEYS[name]["pem"]["spki"], "jwk": KEYS[name]["jwk"]}
    return out


class Draw:
    """Values that every JSON library must carry through unchanged."""

    LETTERS = "abcdefXYZ0189 _-.:/?&=+%~'\"\\\n\t\u00e9\u00df\u0416\u4e2d\u05d0\u200b\U0001f600<>{}[]"

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self, longest=24):
        return "".join(self.random.choice(self.LETTERS) for _ in range(self.random.randrange(longest)))

    def value(self, depth=0):
        kind = self.random.randrange(9 if depth < 3 else 6)
        return [
            lambda: self.text(), lambda: self.random.randrange(-(2**53) + 1, 2**53), lambda: self.random.choice((True, False, None)),
            lambda: self.random.randrange(-1000, 1000) / 8, lambda: "", lambda: self.random.randrange(100),
            lambda: [self.value(depth + 1) for _ in range(self.random.randrange(4))],
            lambda: {self.text(8) + str(i): self.value(depth + 1) for i in range(self.random.randrange(4))},
            lambda: self.text(200),
        ][kind]()

    def claims(self):
        out = dict(BASE)
        if self.random.random() < 0.5:
            out["aud"] = [self.text(), AUDIENCE][:: self.random.choice((1, -1))]
        if self.random.random() < 0.5:
            out |= {"nbf": PAST + self.random.randrange(1000), "jti": b64(self.random.randbytes(9))}
        out["sub"] = "s" + self.text()
        return out | {f"x{i}": self.value() for i in range(self.random.randrange(6))}


def headers(algorithm):
    """Odd headers as JSON texts, by name."""
    head = '{"alg":"' + algorithm + '"'
    members = {
        "plain": "", "typ-jwt": ',"typ":"JWT"', "typ-lower-case": ',"typ":"jwt"', "typ-access-token": ',"typ":"at+jwt"', "typ-other": ',"typ":"dpop+jwt"',
        "typ-number": ',"typ":1', "typ-null": ',"typ":null', "typ-list": ',"typ":["JWT"]', "typ-empty": ',"typ":""', "kid": ',"kid":"k1"', "kid-number": ',"kid":1',
        "kid-null": ',"kid":null', "kid-empty": ',"kid":""', "kid-long": ',"kid":"' + "k" * 300 + '"', "unknown": ',"x":{"y":[1,null]}', "cty-jwt": ',"cty":"JWT"',
        "cty-number": ',"cty":7', "jku": ',"jku":"https://evil.example"', "jku-number": ',"jku":7', "x5c-text": ',"x5c":"AA"', "x5c-empty": ',"x5c":[]',
        "jwk-empty": ',"jwk":{}', "jwk-text": ',"jwk":"x"', "crit-empty": ',"crit":[]', "crit-unknown": ',"crit":["x"],"x":1', "crit-exp": ',"crit":["exp"],"exp":1',
        "crit-text": ',"crit":"x"', "crit-null": ',"crit":null', "b64-true": ',"b64":true', "b64-false": ',"b64":false', "b64-critical": ',"b64":false,"crit":["b64"]',
        "zip": ',"zip":"DEF"', "enc": ',"enc":"A128GCM"', "alg-again": f',"alg":"{algorithm}"', "alg-again-none": ',"alg":"none"', "alg-again-escaped": ',"\\u0061lg":"none"',
        "nan": ',"x":NaN', "big-number": ',"x":9007199254740993', "huge-number": ',"x":1e400', "lone-surrogate": ',"x":"\\ud800"', "deep": ',"x":' + "[" * 40 + "]" * 40,
        "proto": ',"__proto__":{"alg":"none"}', "trailing-comma": ",", "control": ',"x":"a\tb"',
    }
    out = {name: head + text + "}" for name, text in members.items()}
    return out | {
        "spaces": '{ "alg" :\n"' + algorithm + '" }', "escaped-name": '{"\\u0061lg":"' + algorithm + '"}', "alg-lower-case": head.replace(algorithm, algorithm.lower()) + "}",
        "alg-space": head[:-1] + ' "}', "alg-none": '{"alg":"none"}', "alg-null": '{"alg":null}', "alg-list": '{"alg":["' + algorithm + '"]}', "no-alg": "{}",
        "byte-order-mark": "\ufeff" + head + "}", "trailing": head + "}x", "trailing-nul": head + "}\0", "trailing-line": head + "}\n", "list": "[]", "text": '"x"', "null": "null",
    }


def payloads():
    """Odd payloads as JSON texts or bytes, by name."""
    base = dumps(BASE)
    odd = {"text": str(FAR), "null": None, "true": True, "negative": -1, "zero": 0, "past": PAST, "list": [FAR], "object": {}}
    out = {f"{claim}-{name}": BASE | {claim: value} for claim in ("exp", "nbf", "iat") for name, value in odd.items()}
    out |= {f"{claim}-missing": {k: v for k, v in BASE.items() if k != claim} for claim in BASE}
    for claim in ("iss", "sub", "aud", "jti"):
        for name, value in {"number": 5, "null": None, "true": True, "empty": "", "empty-list": [], "object": {"a": 1}, "list-of-numbers": [1], "nul": "my-api\0"}.items():
            out[f"{claim}-{name}"] = BASE | {claim: value}
    out |= {
        "aud-list": BASE | {"aud": ["x", AUDIENCE]}, "aud-list-with-number": BASE | {"aud": [AUDIENCE, 1]}, "aud-nested": BASE | {"aud": [[AUDIENCE]]}, "aud-prefix": BASE | {"aud": "my-ap"},
        "aud-of-a-hundred": BASE | {"aud": [str(i) for i in range(100)] + [AUDIENCE]}, "aud-upper-case": BASE | {"aud": "MY-API"}, "iss-list": BASE | {"iss": [ISSUER]},
        "iss-slash": BASE | {"iss": ISSUER + "/"}, "iss-upper-case": BASE | {"iss": ISSUER.upper()}, "sub-list": BASE | {"sub": ["user-1"]}, "nbf-future": BASE | {"nbf": FAR - 1},
        "iat-future": BASE | {"iat": FAR - 1}, "unicode": BASE | {"x": "Zo\u00eb \u4e2d \U0001f600"}, "proto": BASE | {"__proto__": {"admin": True}},
        "constructor": BASE | {"constructor": "x"}, "empty-name": BASE | {"": 1}, "nul-name": BASE | {"a\0b": 1}, "numbers": BASE | {"x": [0, -1, 0.5, 125e-3, 2**53 - 1]},
        "deep": BASE | {"x": json.loads("[" * 25 + "]" * 25)},
    }
    opened = base[:-1]
    texts = {
        "spaces": base.replace(",", " ,\n "), "trailing-line": base + "\n", "leading-space": "  " + base, "escapes": base.replace("user-1", "\\u0075ser-1"),
        "escaped-name": base.replace('"sub"', '"\\u0073ub"'), "exp-float": base.replace(str(FAR), f"{FAR}.0"), "exp-exponent": base.replace(str(FAR), "4.1024448e9"),
        "exp-fraction": base.replace(str(FAR), f"{FAR}.75"), "exp-huge": base.replace(str(FAR), "1e300"), "exp-infinite": base.replace(str(FAR), "1e400"),
        "exp-inexact": base.replace(str(FAR), "9007199254740993"), "exp-nan": base.replace(str(FAR), "NaN"), "again-sub": opened + ',"sub":"root"}', "again-exp": opened + ',"exp":1}',
        "again-aud-escaped": opened + ',"\\u0061ud":"other"}', "again-nested": opened + ',"x":{"a":1,"a":2}}', "lone-surrogate": opened + ',"x":"\\ud800"}',
        "surrogate-pair": opened + ',"x":"\\ud83d\\ude00"}', "minus-zero": opened + ',"x":-0}', "big-number": opened + ',"x":18446744073709551616}', "leading-zero": opened + ',"x":01}',
        "infinity": opened + ',"x":Infinity}', "comment": base + "/**/", "trailing": base + "x", "second": base + "{}", "trailing-comma": opened + ",}", "control": opened + ',"x":"a\tb"}',
        "single-quotes": opened + ",'x':1}", "list": dumps([BASE]), "text": dumps("x"), "null": "null", "empty": "", "byte-order-mark": "\ufeff" + base, "utf-16": base.encode("utf-16"),
        "invalid-utf-8": opened.encode() + b',"x":"\xff"}', "overlong": opened.encode() + b',"x":"\xc0\x80"}', "encoded-surrogate": opened.encode() + b',"x":"\xed\xa0\x80"}',
        "deeper": opened + ',"x":' + "[" * 40 + "]" * 40 + "}", "nested-token": encoded(BASE),
    }
    return {name: dumps(value) for name, value in out.items()} | texts


def spellings(token):
    head, payload, signature = token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return {
        "padded": token + "=", "padded-all": f"{head}=.{payload}==.{signature}=", "space-after": token + " ", "space-before": " " + token, "line-after": token + "\n", "nul-after": token + "\0",
        "dot-after": token + ".", "dot-before": "." + token, "no-signature": f"{head}.{payload}.", "no-signature-no-dot": f"{head}.{payload}", "empty-payload": f"{head}..{signature}",
        "space-inside": f"{head}.{payload[:9]} {payload[9:]}.{signature}", "line-inside": f"{head}.{payload[:9]}\n{payload[9:]}.{signature}", "question-mark": f"{head}.{payload}.{signature[:5]}?{signature[5:]}",
        "trailing-bits": token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1], "standard-alphabet": token.replace("-", "+").replace("_", "/"), "short": token[:-1], "long": token + "A", "longer": token + "AAAA",
        "upper-case": token.upper(), "bearer": "Bearer " + token, "quoted": f'"{token}"', "full-width": token.replace("e", "\uff45", 1), "empty": "", "dots": "..", "json": dumps({"payload": payload, "protected": head, "signature": signature}),
        "five-parts": f"{head}.{payload}.{signature}.{signature}.{signature}", "percent": token.replace(".", "%2E"), "swapped": f"{payload}.{head}.{signature}",
    }


def hostile():
    """Name, algorithm and token of each; what is signed is signed right."""
    good, draw = encoded(BASE), random.Random(7)
    for algorithm in ("HS256", "EdDSA"):
        key = SECRET if algorithm == "HS256" else KEYS["ed25519"]["jwk"]
        head = encoded({"alg": algorithm, "typ": "JWT"})
        for name, text in headers(algorithm).items():
            yield f"{algorithm}-header-{name}", algorithm, segments(encoded(text), good, algorithm, key)
        for name, text in payloads().items():
            yield f"{algorithm}-payload-{name}", algorithm, segments(head, encoded(text), algorithm, key)
        token = segments(head, good, algorithm, key)
        for name, text in spellings(token).items():
            yield f"{algorithm}-spelling-{name}", algorithm, text
        for number in range(EDITS):
            text, place = list(token), draw.randrange(len(token))
            text[place:place + draw.randrange(2)] = draw.choice(("", "A", "-", "_", ".", "=", "+", "~", "AA", "\u00e9"))
            if "".join(text) != token:
                yield f"{algorithm}-edit-{number}", algorithm, "".join(text)


def main():
    draw = Draw(11)
    tokens = [{"name": name, "algorithm": algorithm, "token": token} for name, algorithm, token in hostile()]
    everything = {"issuer": ISSUER, "audience": AUDIENCE, "keys": keys(), "claims": [draw.claims() for _ in range(SETS)], "hostile": tokens,
                  "differences": json.loads((HERE / "differences.json").read_text())}
    everything |= encrypted_inputs.given(headers)
    pathlib.Path(sys.argv[1]).write_text(json.dumps(everything))
    print(f"{SETS} sets of claims, {len(everything['encrypted'])} ways to encrypt, {len(tokens) + len(everything['hostile_encrypted'])} hostile tokens")


if __name__ == "__main__":
    main()
