"""Row B2: an asymmetric key must never become an HMAC secret, in no spelling."""

import base64

from encoding import KEYS, Suite, b64, concat, der, dumps, pem, public, repeat
from tokens import SECRET, encoded, given, segments, token

KINDS = ("rsa", "p256", "p384", "ed25519")
CODE = "key.asymmetric_as_secret"


def secret(data):
    return {"hmac": {"base64url": b64(data)}}


def spellings(name):
    """A key in the ways in which it has been mistaken for a secret: name -> bytes."""
    forms = KEYS[name]["pem"]
    spki, body = forms["spki"], "".join(forms["spki"].splitlines()[1:-1])
    jwk = public(name)
    private = KEYS[name]["jwk"]
    out = {form.replace("_", "-"): text for form, text in forms.items()}
    out |= {
        "pem-crlf": spki.replace("\n", "\r\n"), "pem-cr": spki.replace("\n", "\r"), "pem-without-final-newline": spki.rstrip("\n"),
        "pem-one-line": spki.replace("\n", ""), "pem-escaped-newlines": spki.replace("\n", "\\n"), "pem-after-bom": "\ufeff" + spki,
        "pem-after-space": "  \n\t" + spki, "pem-after-text": "Bag Attributes\n    friendlyName: key\n" + spki,
        "pem-after-comment": "# public key\n" + spki, "pem-before-text": spki + "\ntrailing text", "pem-indented": spki.replace("\n", "\n  "),
        "pem-base64": base64.b64encode(spki.encode()), "pem-base64url": b64(spki), "pem-twice": spki * 2,
        "pem-utf-16": spki.encode("utf-16"), "pem-quoted": dumps(spki), "pem-body": body, "pem-nul-terminated": spki + "\0",
        "pem-lower-case-marker": spki.replace("BEGIN PUBLIC KEY", "begin public key"),
        "der-spki": der(name, "spki"), "der-pkcs8": der(name, "pkcs8"), "der-certificate": der(name, "certificate"),
        "der-base64url": b64(der(name, "spki")), "der-hexadecimal": der(name, "spki").hex(),
        "jwk": dumps(jwk), "jwk-private": dumps(private), "jwk-spaced": dumps(jwk).replace(":", " : ").replace(",", ",\n  "),
        "jwk-after-bom": "\ufeff" + dumps(jwk), "jwk-kty-last": dumps(dict(reversed(jwk.items()))), "jwk-base64url": b64(dumps(jwk)),
        "jwk-set": dumps({"keys": [jwk]}), "jwk-list": dumps([jwk]), "jwk-in-text": dumps(dumps(jwk)),
        "jwk-escaped-kty": dumps(jwk).replace('"kty"', '"\\u006bty"'),
    }
    if "pkcs1_public" in forms:
        out |= {"der-pkcs1": der(name, "pkcs1_public"), "der-pkcs1-private": der(name, "pkcs1_private")}
    if "sec1_private" in forms:
        out["der-sec1"] = der(name, "sec1_private")
    return out


def build():
    suite = Suite("Asymmetric keys offered as HMAC secrets: CVE-2017-11424 and its long line of successors.")
    for kind in KINDS:
        for name, data in spellings(kind).items():
            suite.case(f"B2-{kind}-{name}", "key", {"key": secret(data)}, CODE)
        for form in ("spki", "openssh_public", "pkcs8"):
            inside = dumps({"kty": "oct", "k": b64(pem(kind, form))})
            suite.case(f"B2-{kind}-{form.replace('_', '-')}-in-an-oct-jwk", "key", {"key": {"jwk_secret": inside}}, CODE)
        jwk_inside = dumps({"kty": "oct", "k": b64(dumps(public(kind)))})
        suite.case(f"B2-{kind}-jwk-in-an-oct-jwk", "key", {"key": {"jwk_secret": jwk_inside}}, CODE)
    tokens(suite)
    controls(suite)
    return suite


def tokens(suite):
    """The attack itself: HS256 with the public key's text as the secret, handed to a verifier of that key."""
    for kind, algorithm in (("rsa", "RS256"), ("p256", "ES256"), ("ed25519", "EdDSA")):
        for form in ("spki", "certificate", "openssh_public"):
            forged = token(key=pem(kind, form).encode())
            name = f"B2-token-{kind}-{form.replace('_', '-')}"
            keys = {"key": {"pem_public": pem(kind, "spki")}}
            suite.case(name, "verify", given(forged, keys, algorithms=[algorithm]), "token.algorithm")
            keys = {"jwks": dumps({"keys": [public(kind)]})}
            suite.case(f"{name}-set", "verify", given(forged, keys, algorithms=[algorithm]), "token.algorithm")
        config = {"issuer": None, "audience": None, "algorithms": ["HS256"]}
        keys = {"key": {"pem_public": pem(kind, "spki")}}
        suite.case(f"B2-verifier-{kind}-for-hs256", "configure_verifier", {"config": config, "keys": keys}, "key.wrong_type")


def controls(suite):
    """Secrets that only look a little like keys are secrets."""
    for name, data in {
        "random": SECRET, "base64-text": base64.b64encode(SECRET), "hexadecimal-text": SECRET.hex(),
        "sentence": "correct horse battery staple, but rather longer", "ssh-word": "ssh is a nice protocol for remote terminals",
        "brace": "{not json at all, but a long enough passphrase}", "bracket": "[also not json, but a long enough passphrase]",
        "dashes": "----- a line of dashes and then some words -----", "sequence-byte": b"\x30\x0a" + SECRET, "zero-bytes-inside": SECRET + b"\0\0",
        "utf-8": "пароль достаточной длины для подписи",
    }.items():
        data = data.encode() if isinstance(data, str) else data
        signed = segments(encoded({"alg": "HS256"}), token().split(".")[1], "HS256", data)
        suite.case(f"B2-accepted-{name}", "verify", given(signed, {"key": secret(data)}), {"claims": {"sub": "user-1"}})
    suite.case("B2-accepted-oct-jwk", "verify", given(token(), {"key": {"jwk_secret": dumps({"kty": "oct", "k": b64(SECRET), "alg": "HS256"})}}),
               {"claims": {"sub": "user-1"}})
    long = {"hmac": {"text": concat(repeat("x", 60_000))}}
    suite.case("B2-accepted-long", "key", {"key": long}, {"kid": None})
