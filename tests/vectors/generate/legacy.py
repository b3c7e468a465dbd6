"""Rows A2 and B7, switched on: padded tokens, and secrets shorter than the hash. What the switches must not open stays shut."""

from encoding import NOW, Suite, b64, dumps, pem, public
from signing import sign
from tokens import CLAIMS, HMAC, SECRET, encoded, given, token


def build():
    suite = Suite("Switches for what other software gets wrong: padded parts (AWS's load balancer), short HMAC secrets (Frappe).")
    padded_tokens(suite)
    short_secrets(suite)
    return suite


def pad(part):
    return part + "=" * (-len(part) % 4)


def padded(header=None, payload=CLAIMS, key=SECRET):
    """A token as the load balancer writes it: the padding is signed too."""
    head = ".".join(pad(encoded(part)) for part in (header or {"alg": "HS256"}, payload))
    return f"{head}.{pad(b64(sign('HS256', key, head.encode())))}"


def padded_tokens(suite):
    on = lambda text: given(text, padded=True)
    # Header, payload and signature of lengths that need no padding, one character and two.
    lengths = [({"alg": "HS256", "x": "a" * h}, CLAIMS | {"x": "a" * p}) for h in range(3) for p in range(3)]
    for number, (header, payload) in enumerate(lengths):
        text = padded(header, payload)
        suite.case(f"A2-padded-{number}", "verify", on(text), {"claims": payload, "header": header})
        if "=" in text.rpartition(".")[0]:
            suite.case(f"A2-padded-{number}-switched-off", "verify", given(text), "token.malformed")
        head, body, signature = text.split(".")
        # One spelling only: the signature's padding is not signed, so it alone could be left out.
        suite.case(f"A2-padded-{number}-without-the-signature-s", "verify", on(f"{head}.{body}.{signature.rstrip('=')}"), "token.malformed")
    unneeded = [text for text in (token(header={"alg": "HS256", "x": "a" * n}) for n in range(3)) if len(text.rpartition(".")[2]) % 4]
    for number, text in enumerate(unneeded):
        suite.case(f"A2-unpadded-where-padded-is-asked-{number}", "verify", on(text), "token.malformed")
    good = padded()
    head, body, signature = good.split(".")
    for name, text in {
        "one-too-many": good + "=", "four-too-many": good + "====", "three": f"{head}.{body}.{signature.rstrip('=')}===", "alone": f"{head}.{body}.====",
        "two-alone": f"{head}.{body}.==", "inside": f"{head[:4]}={head[4:]}.{body}.{signature}", "before": "=" + good, "percent-encoded": good.replace("=", "%3D"),
        "one-for-two": good[:-1] if good.endswith("==") else good + "=", "length-one-mod-four": f"{head}.{body}.{signature[:40]}A===",
        "empty-signature": f"{head}.{body}.", "empty-header": f".{body}.{signature}",
    }.items():
        suite.case(f"A2-padding-{name}", "verify", on(text), "token.malformed")
    bare = good.rstrip("=")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for extra in (1, 2, 3):
        changed = bare[:-1] + alphabet[alphabet.index(bare[-1]) | extra] + good[len(bare):]
        suite.case(f"A4-padded-trailing-bits-{extra}", "verify", on(changed), "token.malformed")
    # The signature covers the padding: one over the bare parts is another token's.
    stripped = ".".join(part.rstrip("=") for part in (head, body))
    foreign = f"{head}.{body}.{pad(b64(sign('HS256', SECRET, stripped.encode())))}"
    if stripped != f"{head}.{body}":
        suite.case("A2-padded-signature-over-bare-parts", "verify", on(foreign), "token.signature")
    suite.case("B1-padded-none", "verify", on(f"{pad(encoded({'alg': 'none'}))}.{body}.{signature}"), "token.algorithm")
    suite.case("A2-padded-other-key", "verify", on(padded(key=b"x" * 32)), "token.signature")
    suite.case("A5-padded-too-large", "verify", on({"concat": [head, ".", {"repeat": "A", "times": 16384}, ".", signature]}), "token.too_large")


def short_secrets(suite):
    def keys(secret, kind="hmac_legacy"):
        return {"key": {kind: {"base64url": b64(secret)}}}

    for algorithm, size in (("HS256", 32), ("HS384", 48), ("HS512", 64)):
        for n in sorted({8, 10, size - 1, size, 64}):
            secret = SECRET[:n]
            signed = token(algorithm=algorithm, key=secret)
            suite.case(f"B7-legacy-{algorithm}-{n}-bytes", "verify", given(signed, keys(secret), algorithms=[algorithm]), {"claims": CLAIMS})
            if n < size:
                suite.case(f"B7-legacy-{algorithm}-{n}-bytes-switched-off", "verify", given(signed, keys(secret, "hmac"), algorithms=[algorithm]), "key.too_short")
        suite.case(f"B7-legacy-{algorithm}-other-secret", "verify", given(token(algorithm=algorithm, key=b"abcdefghij"), keys(b"abcdefghik"), algorithms=[algorithm]), "token.signature")
    signed = token(key=b"abcdefghij")
    for n in (1, 4, 7):
        suite.case(f"B7-legacy-{n}-bytes", "key", keys(SECRET[:n]), "key.too_short")
    suite.case("B6-legacy-empty", "key", keys(b""), "key.empty")
    for name, text in {"pem": pem("rsa", "spki"), "jwk": dumps(public("p256")), "certificate-line": "-----BEGIN CERTIFICATE-----"}.items():
        suite.case(f"B2-legacy-{name}", "key", keys(text.encode()), "key.asymmetric_as_secret")
    suite.case("B7-legacy-never-with-an-asymmetric-algorithm", "verify", given(signed, keys(b"abcdefghij"), algorithms=["RS256"]), "key.wrong_type")
    for n in (10, 32):
        sign_with = {"now": NOW, "key": keys(SECRET[:n])["key"], "config": {"algorithm": "HS256"}, "claims": dumps({"sub": "1"}), "keys": keys(SECRET[:n])}
        suite.case(f"B21-legacy-secret-of-{n}-bytes-does-not-sign", "sign", sign_with, "key.too_short" if n < 32 else "key.use")
