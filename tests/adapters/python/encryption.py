"""The operations that are about encrypted tokens."""

import base64
import json

from ferroauth import Decrypter, Encrypter, EncryptionKey, FerroauthError

from objects import data, decode, decrypter, encryption_key, encryption_keys, text


def encode(octets):
    return None if octets is None else base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def value(decrypted):
    return {"plaintext": encode(decrypted.plaintext), "header": decrypted.header, "unprotected": decrypted.unprotected, "aad": encode(decrypted.aad)}


def decrypt(given):
    reader = decrypter(given)
    return value(reader.decrypt_json(text(given["json"])) if "json" in given else reader.decrypt(text(given["token"])))


def options(config):
    """The options of an encrypter; its parties are bytes."""
    return {name: decode(one) if name in ("apu", "apv") else one for name, one in config.items()}


def encrypt(given):
    encrypter, plaintext = Encrypter(encryption_keys(given["keys"]), **options(given["config"])), data(given["plaintext"])
    content_type = given.get("content_type")
    if given.get("form") == "json":
        aad = data(given["aad"]) if "aad" in given else None
        return {"json": json.loads(encrypter.encrypt_json(plaintext, content_type=content_type, aad=aad))}
    return {"token": encrypter.encrypt(plaintext, content_type=content_type)}


def encrypt_decrypt(given):
    """Encrypts for the public half, if there is one, and decrypts with the key."""
    key = encryption_key(given["key"])
    token = Encrypter(public_half(key) or key, **options(given["sender"])).encrypt(data(given["plaintext"]))
    return value(Decrypter(key, **given["reader"]).decrypt(token))


def public_half(key):
    try:
        return key.public_key()
    except FerroauthError:
        return None


def describe(given):
    key = encryption_key(given["key"])
    public = public_half(key)
    if public:
        assert public.thumbprint() == key.thumbprint()
    return {"kid": key.kid, "algorithm": key.algorithm, "private": key.is_private, "jwk": key.to_jwk(), "public_jwk": public and public.to_jwk()}


def locked(given):
    """Writes a key under a passphrase, and reads it again."""
    key, passphrase = encryption_key(given["key"]), data(given["passphrase"])
    pem = key.to_pem(passphrase=passphrase)
    again = EncryptionKey.from_pem(pem, key.algorithm, passphrase=passphrase)
    return {"label": pem.split("-----")[1].replace("BEGIN ", ""), "jwk": again.to_jwk()}


OPERATIONS = {"decrypt": decrypt, "encrypt": encrypt, "encrypt_decrypt": encrypt_decrypt, "encryption_key": describe, "encryption_key_locked": locked}
