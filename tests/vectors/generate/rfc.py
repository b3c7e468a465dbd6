"""The examples of the specifications, copied by hand from their texts."""

from encoding import Suite, b64, dumps, unb64
from signing import pkcs1, sign
from tokens import given

# RFC 7515 appendix A.1.1, A.2.1, A.3.1; RFC 8037 appendix A.1 and A.4; RFC 7519 section 3.1.
HS_KEY = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
PAYLOAD = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
A1 = f"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{PAYLOAD}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
RSA = {
    "kty": "RSA",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47"
         "soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8"
         "NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    "e": "AQAB",
    "d": "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f"
         "3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBO"
         "neufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ",
}
A2_HEADER = "eyJhbGciOiJSUzI1NiJ9"
EC = {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
A3 = f"eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
ED = {"kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
A4 = ("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")
A2_SIGNATURE = ("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZL"
                "gzmKVbZqdiJp-vWzH8Vnmy0VsjVnCZKK_N8ryF__OsmXpcWk6XJYSLbhA5E3BDQb_Ljx1jLBv6G1oVqBf8GB8bMSKLDFeLhyTDoy3EkmMvCWXaPqXNzwA").split()


def build():
    suite = Suite("Examples of RFC 7515, RFC 7519, RFC 7636 and RFC 8037.")
    joe = {"claims": {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}}
    at = {"now": 1300819379, "issuer": "joe", "audience": None}
    a2 = f"{A2_HEADER}.{PAYLOAD}.{b64(pkcs1(RSA, 'RS256', f'{A2_HEADER}.{PAYLOAD}'.encode()))}"
    assert A1.rsplit(".", 1)[1] == b64(sign("HS256", unb64(HS_KEY), A1.rsplit(".", 1)[0].encode()))
    assert A4.rsplit(".", 1)[1] == b64(sign("EdDSA", ED, A4.rsplit(".", 1)[0].encode()))
    assert a2.rsplit(".", 1)[1].startswith(A2_SIGNATURE[0][:120])
    hmac = {"key": {"jwk_secret": dumps({"kty": "oct", "k": HS_KEY})}}
    public = {k: v for k, v in RSA.items() if k != "d"}
    suite.case("RFC7515-A.1", "verify", given(A1, hmac, **at), joe)
    suite.case("RFC7515-A.2", "verify", given(a2, {"key": {"jwk_public": dumps(public)}}, **at, algorithms=["RS256"]), joe)
    suite.case("RFC7515-A.3", "verify", given(A3, {"key": {"jwk_public": dumps(EC)}}, **at, algorithms=["ES256"]), joe)
    suite.case("RFC7515-A.1-expired", "verify", given(A1, hmac, **at | {"now": 1300819380}), "token.expired")
    suite.case("RFC7515-A.5-unsecured", "verify", given(f"eyJhbGciOiJub25lIn0.{PAYLOAD}.", hmac, **at), "token.algorithm")
    suite.case("RFC7515-A.1-decoded", "decode_unverified", {"token": A1}, joe)
    # The payload of RFC 8037 A.4 is a sentence: a JWS, but no JWT. The signature is right, so it fails there.
    key = {"key": {"jwk_public": dumps({k: v for k, v in ED.items() if k != "d"})}}
    suite.case("RFC8037-A.4", "verify", given(A4, key, issuer=None, audience=None, algorithms=["EdDSA"]), "token.json")
    suite.case("RFC8037-A.2", "key", {"key": {"jwk_private": dumps(ED)}}, {"public_jwk": {k: v for k, v in ED.items() if k != "d"}})
    suite.case("RFC8037-A.4-key", "sign", {
        "now": 1300819379, "key": {"jwk_private": dumps(ED)}, "config": {"algorithm": "EdDSA"}, "claims": {"iss": "joe"}, "lifetime": 60, "keys": key,
    }, {"claims": {"iss": "joe", "exp": 1300819439}})
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    suite.case("RFC7636-B", "pkce_challenge", {"verifier": verifier}, {"challenge": challenge})
    suite.case("RFC7636-B-verified", "pkce_verify", {"verifier": verifier, "challenge": challenge}, {"matches": True})
    return suite
