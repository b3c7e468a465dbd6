"""Rows F1, F4 and J12 around the sealed pending authorization and its keyring."""

from encoding import NOW, Suite, b64, repeat
from provider import ENTROPY, STATE, client, service

KEY, OTHER = b64(bytes(range(32))), b64(bytes(range(1, 33)))


def build():
    suite = Suite("Sealing a pending authorization into the host's session: AEAD, key rotation, binding to one client.")
    usual = {"now": NOW, "entropy": ENTROPY, "service": service(), "client": client(), "options": {"scopes": ["email"]}, "seal_keys": [KEY], "open_keys": [KEY]}

    def seal(name, expect, **changed):
        suite.case(name, "seal_open", usual | changed, expect)

    ok = {"state": STATE}
    seal("F1-sealed-and-opened", ok)
    seal("F1-opened-after-rotation", ok, open_keys=[OTHER, KEY])
    seal("F1-sealed-with-the-first-key", ok, seal_keys=[KEY, OTHER], open_keys=[KEY])
    seal("F1-opened-with-another-key", "pending.invalid", open_keys=[OTHER])
    seal("F1-sealed-with-the-second-key-only", "pending.invalid", seal_keys=[KEY, OTHER], open_keys=[OTHER])
    for bit in (0, 1, 255, 256, 300, 511, 1000):
        seal(f"F1-flipped-bit-{bit}", "pending.invalid", tamper={"flip_bit": bit})
    for length in (0, 1, 42, 43, 64, 100):
        seal(f"F1-truncated-to-{length}", "pending.invalid", tamper={"truncate": length})
    for name, text in {
        "empty": "", "garbage": "hello", "json": '{"s":"x"}', "padding": "AAAA=", "zeros": "A" * 400, "nul": "AAAA\0", "non-ascii": "é" * 100, "unsealed-record": b64(b'{"s":"x"}'),
    }.items():
        seal(f"J12-sealed-{name}", "pending.invalid", tamper={"replace": text})
    seal("J12-sealed-megabytes", "pending.invalid", tamper={"replace": repeat("A", 5_000_000)})
    for name, changed in {
        "client": {"client": client(client_id="other")}, "redirect-uri": {"client": client(redirect_uri="https://app.example.com/other")},
        "provider": {"service": service(issuer="https://other.example.com")},
        "client-id-in-other-case": {"client": client(client_id="ABC")},
    }.items():
        seal(f"F1-of-another-{name}", "pending.wrong_client", open_with=changed)
    seal("F1-same-client-with-another-secret", ok, open_with={"client": client(client_secret="rotated")})
    for name, keys, expect in [
        ("one", [KEY], {}), ("sixteen", [KEY] * 16, {}), ("none", [], "config.invalid"), ("seventeen", [KEY] * 17, "config.invalid"), ("empty", [""], "config.invalid"),
        ("31-bytes", [b64(bytes(31))], "config.invalid"), ("33-bytes", [b64(bytes(33))], "config.invalid"), ("one-bad-of-two", [KEY, b64(bytes(16))], "config.invalid"),
    ]:
        suite.case(f"J12-keyring-{name}", "keyring", {"keys": keys}, expect)
    return suite
