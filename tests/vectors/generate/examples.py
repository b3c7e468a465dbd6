"""Examples of the RFCs beside those of `rfc.py` and `jws.py`: keys, and tokens of the later profiles.

What an RFC prints is checked here by the own signatures or by arithmetic, so that a slip in the copy is seen before it is tested.
"""

import hashlib

from encoding import Suite, b64, dumps, number, public
from rfc import A4, ED, HS_KEY
from tokens import given, token

# RFC 7515 A.4.
P521 = {
    "kty": "EC", "crv": "P-521", "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
    "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
    "d": "AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C",
}
ES512 = ("eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpR"
         "wcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn")
# RFC 7517 A.1 and A.2; the modulus is that of RFC 7638 section 3.1 as well.
RSA = {
    "kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf"
         "0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1"
         "jF44-csFCur-kEgU8awapJzKnqDKgw",
}
RSA_D = ("X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH-HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbFAKNLWY2vv7B6NqXSzUvxT0_YSfqijwp3RTzlBaCxWp4doFk5N2o8Gy_nHNKroADIkJ46p"
         "RUohsXywbReAdYaMwFs9tv8d_cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4sbg1U2jx4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk19Z4qwjwbsnn4j2WBii3RL-Us2lGVkY8fkFzme"
         "1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8Q")
RSA_P = ("83i-7IvMGXoMXCskv73TKr8637FiO7Z27zv8oj6pbWUQyLPQBQxtPVnwD20R-60eTDmD2ujnMt5PoqMrm8RfmNhVWDtjjMmCMjOpSXicFHj7XOuVIYQyqVWlWEh6dN36GVZYk93N8Bc9vY41xy8B9Rzz"
         "OGVQzXvNEvn7O0nVbfs")
EC = {"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM", "use": "enc", "kid": "1"}
THUMBPRINT = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
# RFC 9449 sections 4.1, 6.1 and 7.1.
DPOP = {"kty": "EC", "x": "l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "y": "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA", "crv": "P-256"}
DPOP_THUMBPRINT = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
DPOP_HEADER = b64(dumps({"typ": "dpop+jwt", "alg": "ES256", "jwk": DPOP}))
PROOFS = {
    "4.1": ({"jti": "-BwC3ESc6acc2lTc", "htm": "POST", "htu": "https://server.example.com/token", "iat": 1562262616},
            "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg"),
    "7.1": ({"jti": "e1j3V_bKic8-LAEB", "htm": "GET", "htu": "https://resource.example.org/protectedresource", "iat": 1562262618,
             "ath": "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"},
            "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"),
}


def private_rsa():
    """The private key of A.2 with its factors."""
    n, d, p = number(RSA["n"]), number(RSA_D), number(RSA_P)
    q = n // p
    assert p * q == n and pow(pow(2, 65537, n), d, n) == 2
    b = lambda value: b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))
    return RSA | {"d": RSA_D, "p": RSA_P, "q": b(q), "dp": b(d % (p - 1)), "dq": b(d % (q - 1)), "qi": b(pow(q, -1, p))}


def build():
    suite = Suite("Examples of RFC 7515 A.4, RFC 7517 A.1 to A.3, RFC 7638 section 3.1, RFC 8037 A.5, RFC 9068 section 3 and RFC 9449.")
    key_examples(suite)
    signatures(suite)
    profiles(suite)
    return suite


def key_examples(suite):
    private, bare = private_rsa(), {k: RSA[k] for k in ("e", "kty", "n")}
    suite.case("RFC7638-3.1", "key", {"key": {"jwk_public": dumps(RSA)}}, {"thumbprint": THUMBPRINT, "thumbprint_uri": f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{THUMBPRINT}"})
    suite.case("RFC7638-3.1-only-the-required-members", "key", {"key": {"jwk_public": dumps(bare)}}, {"thumbprint": THUMBPRINT})
    # The set's EC key is for encryption, and skipped where signatures are verified.
    suite.case("RFC7517-A.1", "key_set", {"text": dumps({"keys": [EC, RSA]})}, {"keys": 1})
    suite.case("RFC7517-A.1-the-key-for-signatures", "key", {"key": {"jwk_public": dumps(RSA)}}, {"kid": "2011-04-29", "public_jwk": RSA})
    suite.case("RFC7517-A.1-the-key-for-encryption", "configure_verifier",
               {"config": {"issuer": None, "audience": None, "algorithms": ["ES256"]}, "keys": {"key": {"jwk_public": dumps(EC)}}}, "key.use")
    suite.case("RFC7517-A.2", "key", {"key": {"jwk_private": dumps(private)}}, {"kid": "2011-04-29", "private_jwk": private, "public_jwk": RSA})
    mac = {"kty": "oct", "k": HS_KEY, "kid": "HMAC key used in JWS spec Appendix A.1 example"}
    suite.case("RFC7517-A.3", "key", {"key": {"jwk_secret": dumps(mac)}}, {"kid": mac["kid"], "private_jwk": mac})
    suite.case("RFC7517-A.3-the-key-that-wraps", "key_set", {"text": dumps({"keys": [{"kty": "oct", "alg": "A128KW", "k": "GawgguFyGrWKav7AX4VKUg"}, mac]})}, {"keys": 1})


def signatures(suite):
    half = {k: v for k, v in P521.items() if k != "d"}
    verified = {"payload": b64("Payload"), "signatures": [{"algorithm": "ES512", "header": {"alg": "ES512"}}]}
    es512 = {"keys": {"key": {"jwk_public": dumps(half)}}, "algorithms": ["ES512"], "jws": ES512}
    suite.case("RFC7515-A.4", "jws_verify", es512, verified, needs="ES512")
    suite.case("RFC7515-A.4-key", "key", {"key": {"jwk_private": dumps(P521)}}, {"private_jwk": P521, "public_jwk": half}, needs="ES512")
    changed = ES512.replace("UGF5bG9hZA", "UGF5bG9hZB")
    suite.case("RFC7515-A.4-other-spelling", "jws_verify", es512 | {"jws": changed}, "token.malformed", needs="ES512")
    okp = {k: v for k, v in ED.items() if k != "d"}
    suite.case("RFC8037-A.5", "jws_verify", {"keys": {"key": {"jwk_public": dumps(okp)}}, "algorithms": ["EdDSA"], "jws": A4}, {"payload": A4.split(".")[1]})


def profiles(suite):
    """RFC 9068 prints header and claims without a key, so that the key is one of ours; RFC 9449 prints whole proofs."""
    claims = {
        "iss": "https://authorization-server.example.com/", "sub": "5ba552d67", "aud": "https://rs.example.com/", "exp": 1639528912, "iat": 1618354090,
        "jti": "dbe39bf3a3ba4238a513f51d6e1691c4", "client_id": "s6BhdRkqt3", "scope": "openid profile reademail",
    }
    signed = token(claims, {"typ": "at+JWT", "alg": "RS256", "kid": "RjEwOwOA"}, "RS256", "rsa")
    keys = {"jwks": dumps({"keys": [public("rsa", kid="RjEwOwOA")]})}
    config = {"issuer": claims["iss"], "audience": claims["aud"], "algorithms": ["RS256"], "token_type": "at+jwt"}
    suite.case("RFC9068-3", "verify", given(signed, keys, now=1618354100, **config), {"claims": claims})
    suite.case("RFC9068-3-expired", "verify", given(signed, keys, now=1639528912, **config), "token.expired")
    suite.case("RFC9068-4-as-an-id-token-would-be-typed", "verify", given(token(claims, {"typ": "JWT", "alg": "RS256", "kid": "RjEwOwOA"}, "RS256", "rsa"), keys, now=1618354100, **config), "token.type")
    suite.case("RFC9068-4-of-another-audience", "verify", given(signed, keys, now=1618354100, **config | {"audience": "https://other.example.com/"}), "token.audience")
    suite.case("RFC9449-6.1", "key", {"key": {"jwk_public": dumps(DPOP)}}, {"thumbprint": DPOP_THUMBPRINT})
    access_token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert PROOFS["7.1"][0]["ath"] == b64(hashlib.sha256(access_token.encode()).digest())
    for section, (payload, signature) in PROOFS.items():
        proof = f"{DPOP_HEADER}.{b64(dumps(payload))}.{signature}"
        key = {"key": {"jwk_public": dumps(DPOP)}}
        suite.case(f"RFC9449-{section}", "jws_verify", {"keys": key, "algorithms": ["ES256"], "jws": proof}, {"payload": b64(dumps(payload))})
        # A proof is no token, even with its own key as the verifier's.
        config = {"issuer": None, "audience": None, "require_exp": False, "algorithms": ["ES256"]}
        suite.case(f"RFC9449-{section}-is-no-token", "verify", given(proof, key, now=payload["iat"], **config), "token.type")
