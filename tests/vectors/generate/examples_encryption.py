"""Examples of the RFCs about encrypted tokens: RFC 7516 A.1 and A.3 to A.5, RFC 7517 C, RFC 7518 C, RFC 8037 A.6.

Where an RFC prints keys and what is agreed on, but no whole token, the token is made of what it prints.
"""

import ciphers
from encoding import Suite, b64, dumps, unb64

# RFC 7516 A.1.
A1_KEY = {
    "kty": "RSA", "alg": "RSA-OAEP", "e": "AQAB",
    "n": ("oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imEVhRU5djINXtqllXI4DFqcI1DgjT9LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUY"
         "pOiN15dsQRkgr0vEhxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB"
         "_4NUJW_TqOQtwHYbxevoJArm-L5StowjzGy-_bq6Gw"),
    "d": ("kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWMHXyvjYecPT9fpwR_M9gV8n9Hrh2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY4"
         "6qAZIrA2xAwnm2X7uGR1hghkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24moOAbgxVw3rxT_vlt3UVe4WO3JkJOzlpUf-KTVI2Ptgm-dARxTEtE-id-4OJr0h-K-VFs3VSndVTIznSxfyr"
         "j8ILL6MG_Uv8YAu7VILSB3lOW085-4qE3DzgrTjgyQ"),
    "p": ("1r52Xk46c-LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaRQ-SWxkbkmoEzL7JXroSBjSrK3YIQgYdMgyAEPTPjXv_hI2_1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrb"
         "fDIwUbTrjjgieRbwC6Cl0"),
    "q": ("wLb35x7hmQWZsWJmB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa9XGrGnDew00J28cRUoeBB_jKI1oma0Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBn"
         "mDZJTIAfwTs0g68UZHvtc"),
    "dp": ("ZK-YwE7diUh0qR1tR7w8WHtolDx3MZ_OTowiFvgfeQ3SiresXjm9gZ5KLhMXvo-uz-KUJWDxS5pFQ_M0evdo1dKiRTjVw_x4NyqyXPM5nULPkcpU827rnpZzAJKpdhWAgqrXGKAECQH0Xt4taznjnd"
         "_zVpAmZZq60WPMBMfKcuE"),
    "dq": ("Dq0gfgJ1DdFGXiLvQEZnuKEN0UUmsJBxkjydc3j4ZYdBiMRAy86x0vHCjywcMlYYg4yoC4YZa9hNVcsjqA3FeiL19rk8g6Qn29Tt0cj8qqyFpz9vNDBUfCAiJVeESOjJDZPYHdHY8v1b-o-Z2X5tvL"
         "x-TCekf7oxyeKDUqKWjis"),
    "qi": ("VIMpMYbPf47dT1w_zDUXfPimsSegnMOA1zTaX7aGk_8urY6R8-ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6flUK4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz9J"
         "F_XyaY14ardLSjf4L_FNY"),
}
A1 = ("eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9"
      "jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0"
      "je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4"
      "vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ")
# RFC 7516 A.3 to A.5; the first recipient of A.4 is under RSA1_5 and passed over.
A3_KEY = {"kty": "oct", "alg": "A128KW", "kid": "7", "k": "GawgguFyGrWKav7AX4VKUg"}
A3 = ("eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ")
SHARED_HEADER = {"jku": "https://server.example.com/keys.jwks"}
REST = {"iv": "AxY8DCtDaGlsbGljb3RoZQ", "ciphertext": "KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY", "tag": "Mz-VPPyU4RlcuYv1IwIvzw"}
MINE = {"header": {"alg": "A128KW", "kid": "7"}, "encrypted_key": "6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ"}
OTHERS = {"header": {"alg": "RSA1_5", "kid": "2011-04-29"}, "encrypted_key": "UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1G"}
PROTECTED = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2In0"
# RFC 7518 appendix C.
ALICE = {"kty": "EC", "crv": "P-256", "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}
BOB = {"kty": "EC", "crv": "P-256", "x": "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "y": "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
       "d": "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}
DERIVED = "VqqN6vgjbSBcIijNcacQGg"
# RFC 8037 A.6; Bob's private key is that of RFC 7748 section 6.1.
X25519_BOB = {"kty": "OKP", "crv": "X25519", "kid": "Bob", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
              "d": b64(bytes.fromhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))}
X25519_EPHEMERAL = {"kty": "OKP", "crv": "X25519", "x": "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"}
X25519_SECRET = "Sl2dW6TOLeFyjjv0gDUPJeB-IclH0Z4zdvCbPB4WF0I"
# RFC 7517 appendix C.
PASSWORD, ITERATIONS, SALT = "Thus from my lips, by yours, my sin is purged.", 4096, "2WCTcJZ1Rvd_CJuJripQ1w"
CONTENT_KEY = bytes((111, 27, 25, 52, 66, 29, 20, 78, 92, 176, 56, 240, 65, 208, 82, 112, 161, 131, 36, 55, 202, 236, 185, 172, 129, 23, 153, 194, 195, 48, 253, 182))
WRAPPED = "TrqXOwuNUfDV9VPTNbyGvEJ9JMjefAVn-TR1uIxR9p6hsRQh9Tk7BA"


def build():
    suite = Suite("Examples of RFC 7516 A.1 and A.3 to A.5, RFC 7517 appendix C, RFC 7518 appendix C and RFC 8037 A.6.")

    def decrypt(name, key, token, plaintext, needs, encryption, form="token", **options):
        expect = plaintext if isinstance(plaintext, str) else {"plaintext": b64(plaintext)}
        given = {"keys": [key], "config": {"encryptions": [encryption]} | options, form: token if form == "token" else dumps(token)}
        suite.case(name, "decrypt", given, expect, needs=needs)

    rsa, wrap, text = {"jwk": dumps(A1_KEY)}, {"jwk": dumps(A3_KEY)}, b"Live long and prosper."
    decrypt("RFC7516-A.1", rsa, A1, b"The true sign of intelligence is not knowledge but imagination.", "RSA-OAEP", "A256GCM")
    decrypt("RFC7516-A.1-changed", rsa, A1[:-2] + "AA", "token.decryption", "RSA-OAEP", "A256GCM")
    old = {"key": {"jwk": dumps(A1_KEY | {"alg": "RSA1_5"})}}
    suite.case("RFC7516-A.2-is-not-offered", "encryption_key", old, "config.unsupported_algorithm", needs="RSA-OAEP")
    decrypt("RFC7516-A.3", wrap, A3, text, "A128KW", "A128CBC-HS256")
    several = {"protected": PROTECTED, "unprotected": SHARED_HEADER, "recipients": [OTHERS, MINE]} | REST
    decrypt("RFC7516-A.4", wrap, several, text, "A128KW", "A128CBC-HS256", form="json")
    decrypt("RFC7516-A.5", wrap, {"protected": PROTECTED, "unprotected": SHARED_HEADER} | MINE | REST, text, "A128KW", "A128CBC-HS256", form="json")
    decrypt("RFC7516-A.5-of-another-key", {"jwk": dumps(A3_KEY | {"k": "AAAAAAAAAAAAAAAAAAAAAA"})}, {"protected": PROTECTED} | MINE | REST, "token.decryption", "A128KW",
            "A128CBC-HS256", form="json")
    agreements(decrypt)
    password(decrypt)
    return suite


def sealed(header, encrypted_key, content_key, plaintext, seal=ciphers.gcm, iv=bytes(12)):
    protected = b64(dumps(header))
    ciphertext, tag = seal(content_key, iv, protected.encode(), plaintext)
    return ".".join([protected, *(b64(part) for part in (encrypted_key, iv, ciphertext, tag))])


def agreements(decrypt):
    header = {"alg": "ECDH-ES", "enc": "A128GCM", "apu": b64("Alice"), "apv": b64("Bob"), "epk": ALICE}
    decrypt("RFC7518-C", {"jwk": dumps(BOB), "algorithm": "ECDH-ES"}, sealed(header, b"", unb64(DERIVED), b"agreed"), b"agreed", "ECDH-ES", "A128GCM")
    swapped = header | {"apu": b64("Bob"), "apv": b64("Alice")}
    decrypt("RFC7518-C-parties-swapped", {"jwk": dumps(BOB), "algorithm": "ECDH-ES"}, sealed(swapped, b"", unb64(DERIVED), b"agreed"), "token.decryption", "ECDH-ES", "A128GCM")
    header = {"alg": "ECDH-ES+A128KW", "epk": X25519_EPHEMERAL, "kid": "Bob", "enc": "A128GCM"}
    wrapping = ciphers.concat_kdf(unb64(X25519_SECRET), "ECDH-ES+A128KW", b"", b"", 16)
    token = sealed(header, ciphers.key_wrap(wrapping, bytes(range(16))), bytes(range(16)), b"agreed")
    decrypt("RFC8037-A.6", {"jwk": dumps(X25519_BOB), "algorithm": "ECDH-ES+A128KW"}, token, b"agreed", "ECDH-ES", "A128GCM")


def password(decrypt):
    """The RFC wraps a key under a password; the content is ours, because the RFC's is four hundred lines of numbers."""
    header = {"alg": "PBES2-HS256+A128KW", "p2s": SALT, "p2c": ITERATIONS, "enc": "A128CBC-HS256", "cty": "jwk+json"}
    token = sealed(header, unb64(WRAPPED), CONTENT_KEY, b'{"kty":"RSA"}', ciphers.cbc_hmac, bytes(16))
    key = {"secret": {"text": PASSWORD}, "algorithm": "PBES2-HS256+A128KW"}
    decrypt("RFC7517-C", key, token, b'{"kty":"RSA"}', "PBES2-HS256+A128KW", "A128CBC-HS256", pbes2_max_iterations=4096)
    decrypt("RFC7517-C-with-a-lower-limit", key, token, "token.header", "PBES2-HS256+A128KW", "A128CBC-HS256", pbes2_max_iterations=4095)
    decrypt("RFC7517-C-without-the-switch", key, token, "config.unsupported_algorithm", "PBES2-HS256+A128KW", "A128CBC-HS256")
