"""From the `given` of a case to the objects of the package."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import parse_qsl

from ferroauth import (BackchannelAuthentication, Client, Decrypter, DeviceAuthorization, EncryptionKey, HmacKey, Keyring, KeySet, PrivateKey, PublicKey, Service, TokenSet,
                       Verifier)


def text(value):
    """A text, written down or to be built from `concat` and `repeat`."""
    if isinstance(value, dict) and "concat" in value:
        return "".join(map(text, value["concat"]))
    if isinstance(value, dict):
        return value["repeat"] * value["times"]
    return value


def decode(encoded):
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


def data(value):
    """Bytes, as base64url or as the UTF-8 of a text."""
    if isinstance(value, dict) and "base64url" in value:
        return decode(value["base64url"])
    return text(value["text"] if isinstance(value, dict) and "text" in value else value).encode()


KEYS = {
    "hmac": lambda value: HmacKey(data(value)),
    "hmac_legacy": lambda value: HmacKey.legacy(data(value)),
    "pem_public": lambda value: PublicKey.from_pem(text(value)),
    "pem_private": lambda value: PrivateKey.from_pem(text(value)),
    "der_public": lambda value: PublicKey.from_der(decode(value)),
    "der_private": lambda value: PrivateKey.from_der(decode(value)),
    "pem_locked": lambda value: PrivateKey.from_pem(text(value["text"]), passphrase=data(value["passphrase"])),
    "der_locked": lambda value: PrivateKey.from_der(decode(value["base64url"]), passphrase=data(value["passphrase"])),
    "raw_public": lambda value: PublicKey.from_raw(decode(value["base64url"]), value["algorithm"]),
    "raw_private": lambda value: PrivateKey.from_raw(decode(value["base64url"]), value["algorithm"]),
    "generated": lambda value: PrivateKey.generate(text(value)),
    "generated_secret": lambda value: HmacKey.generate(text(value)),
    "jwk_public": lambda value: PublicKey.from_jwk(text(value)),
    "jwk_private": lambda value: PrivateKey.from_jwk(text(value)),
    "jwk_secret": lambda value: HmacKey.from_jwk(text(value)),
}


def key(given):
    ((kind, value),) = given.items()
    return KEYS[kind](value)


def passphrase(given):
    return {"passphrase": data(given["passphrase"])} if "passphrase" in given else {}


def encryption_key(given):
    """A key for encryption, as the cases write it."""
    kid = {"kid": text(given["kid"])} if "kid" in given else {}
    algorithm = given.get("algorithm")
    if "secret" in given:
        return EncryptionKey.from_secret(data(given["secret"]), algorithm, **kid)
    if "jwk" in given:
        return EncryptionKey.from_jwk(text(given["jwk"]), algorithm=algorithm, **kid)
    if "pem" in given:
        return EncryptionKey.from_pem(text(given["pem"]), algorithm, **kid, **passphrase(given))
    if "der" in given:
        return EncryptionKey.from_der(decode(given["der"]), algorithm, **kid, **passphrase(given))
    return EncryptionKey.generate(given["generate"], curve=given.get("curve"), **kid)


def encryption_keys(given):
    return [encryption_key(one) for one in given]


def decrypter(given):
    return Decrypter(encryption_keys(given["keys"]), **given["config"])


def verifier_keys(given):
    if "key" in given:
        return {"key": key(given["key"])}
    if "keys" in given:
        return {"key": KeySet.from_keys(map(key, given["keys"]))}
    return {"key": KeySet.from_json(text(given["jwks"]))} if "jwks" in given else {}


def testing(given):
    """The fixed clock and entropy of a case."""
    members = {name: given[name] for name in ("now", "entropy") if name in given}
    return {"testing": members} if members else {}


def verifier(config, keys, given):
    clock = {"now": given["now"]} if "now" in given else {}
    opener = {"decrypter": decrypter(keys["decrypter"])} if "decrypter" in keys else {}
    return Verifier(**config, **verifier_keys(keys), **opener, **testing(clock))


# Arguments that are objects, which the cases write as a session keeps them.
STORED = {"authorization": DeviceAuthorization, "authentication": BackchannelAuthentication}

# The options of a client that are keys.
CLIENT_KEYS = {"assertion_key", "dpop_key", "request_object_key"}


def client(service, config, given):
    settings = {name: key(value) if name in CLIENT_KEYS else value for name, value in config.items()}
    opener = {"decrypter": decrypter(given["decrypter"])} if "decrypter" in given else {}
    return Client(service_of(service), **settings, **opener, **testing(given))


def service_of(given):
    """A preset or a document with options, or the text of a document alone."""
    if isinstance(given, dict) and "preset" in given:
        return Service.preset(given["preset"], **given.get("options", {}))
    if isinstance(given, dict) and "text" in given:
        return Service.from_json(text(given["text"]), **given.get("options", {}))
    return Service.from_json(text(given))


def keyring(keys):
    return Keyring([decode(one) for one in keys])


def callback(given):
    """A URL, or the parameters."""
    if isinstance(given, dict) and "concat" not in given:
        return {name: value if isinstance(value, list) else text(value) for name, value in given.items()}
    return text(given)


def service_value(service):
    return {"issuer": service.issuer, "document": json.loads(service.to_json()), "definition": service.definition}


def claims_value(claims):
    return {"claims": dict(claims), "header": claims.header, "raw": claims.raw}


def decision_value(answer, fields):
    """A principal or a denial, and whether a denial repeats what was sent."""
    if answer:
        return {"granted": answer.granted, "subject": answer.subject, "scopes": list(answer.scopes), "claims": dict(answer.claims)}
    shown = f"{answer.headers} {answer.error} {answer.error.explain()} {answer!r}"
    sent = [part for field in fields for part in (field, field.partition(" ")[2]) if len(part) >= 8]
    return {"granted": answer.granted, "status": answer.status, "headers": sorted(map(list, answer.headers.items())),
            "error": answer.error.code, "echoes": any(part in shown for part in sent)}


def url_value(url):
    """The parts of a URL; a parameter that is repeated has the list of its values."""
    base, _, query = url.partition("?")
    parameters = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters.setdefault(name, []).append(value)
    return {"base": base, "parameters": {name: values[0] if len(values) == 1 else values for name, values in parameters.items()}}


def pending_value(pending):
    return {"state": pending.state, "url": url_value(pending.url), "url_expires_at": pending.url_expires_at,
            "response_origin": pending.response_origin, "continue_url": pending.continue_url}


def resolved(given):
    """The arguments of an operation, with each text that is to be built in place of its description."""
    if isinstance(given, dict):
        if "concat" in given or "repeat" in given:
            return text(given)
        return {name: resolved(value) for name, value in given.items()}
    return [resolved(item) for item in given] if isinstance(given, list) else given


def result_value(result, expect):
    """What an operation yielded: of an object of its own class, the members that the case names."""
    if result is None:
        return {"nothing": True}
    if isinstance(result, TokenSet):
        return tokens_value(result)
    if isinstance(result, Mapping):
        return dict(result)
    return {name: getattr(result, name) for name in expect.get("ok", ())}


def tokens_value(tokens):
    identity = tokens.id_token
    return {
        "access_token": tokens.access_token, "token_type": tokens.token_type, "expires_at": tokens.expires_at,
        "refresh_token": tokens.refresh_token, "scopes": list(tokens.scopes),
        "unrequested_scopes": list(tokens.unrequested_scopes), "quirks": list(tokens.quirks), "extra": tokens.extra,
        "issued_token_type": tokens.issued_token_type, "authorization_details": tokens.authorization_details,
        "id_token": identity and {"raw": identity.raw, "header": dict(identity.header), "claims": dict(identity.claims)},
    }
