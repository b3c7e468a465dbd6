"""The operations of the shared vectors."""

import base64

import ferroauth
from ferroauth import Challenge, DpopVerifier, KeySet, Pkce, PrivateKey, PublicKey, ResourceServer, Service, Signer

import edges
import encryption
import forms
import jws
import objects
from objects import text


def verify(given):
    verifier = objects.verifier(given["config"], given["keys"], given)
    return objects.claims_value(verifier.verify(text(given["token"]), **given.get("expected", {})))


def verify_dpop(given):
    verifier = DpopVerifier(**given["config"], testing={"now": given["now"]})
    proof = verifier.verify(text(given["proof"]), **given["request"])
    return objects.claims_value(proof.claims) | {"thumbprint": proof.thumbprint}


def decode_unverified(given):
    token = ferroauth.decode_unverified(text(given["token"]))
    return objects.claims_value(token.claims) | {"header": token.header}


def configure_verifier(given):
    objects.verifier(given["config"], given["keys"], {})
    return {}


def configure_client(given):
    objects.client(given["service"], given["client"], given)
    return {}


def authenticate(given):
    verifier = objects.verifier(given["config"], given["keys"], given)
    server = ResourceServer(verifier, realm=given.get("realm"))
    fields = [text(field) for field in given["authorization"]]
    answer = server.authenticate_now([("Authorization", field) for field in fields], scopes=given["scopes"])
    return objects.decision_value(answer, fields)


def key(given):
    made = objects.key(given["key"])
    out = {"kid": made.kid, "algorithm": made.algorithm, "public_jwk": None}
    if not isinstance(made, PublicKey):
        out["private_jwk"] = made.to_jwk()
    public = made.public_key() if isinstance(made, PrivateKey) else made
    if isinstance(public, PublicKey):
        out |= {"public_jwk": public.to_jwk(), "thumbprint": made.thumbprint(), "thumbprint_uri": made.thumbprint_uri()}
    return out


def key_set(given):
    return {"keys": len(KeySet.from_json(text(given["text"])))}


def sign(given):
    """Signs, and has the result verified by the public key."""
    config = given["config"]
    signer = Signer(objects.key(given["key"]), **config, testing={"now": given["now"]})
    token = signer.sign(given["claims"], lifetime=given.get("lifetime"))
    policy = {"issuer": None, "audience": None, "require_exp": False, "algorithms": [config["algorithm"]], "token_type": config.get("typ")}
    return objects.claims_value(objects.verifier(policy, given["keys"], given).verify(token))


def service(given):
    return objects.service_value(objects.service_of(given))


def service_ask(given):
    """What a service knows without any traffic: its definition, a template filled in, who a user is."""
    known, options = objects.service_of(given["service"]), dict(given.get("options", {}))
    if given["question"] == "render":
        return {"answer": known.render(options.pop("template"), **options)}
    if given["question"] == "definition":
        return {"answer": known.definition}
    return {"answer": getattr(known, given["question"])(options["claims"])}


def begin(given):
    client = objects.client(given["service"], given["client"], given)
    return client, client.begin_authorization(**given["options"])


def begin_authorization(given):
    _, pending = begin(given)
    return {"state": pending.state, "url": objects.url_value(pending.url)}


def seal_open(given):
    """Seals a pending authorization, alters the text if the case says so, and opens it."""
    client, pending = begin(given)
    sealed = tamper(pending.seal(objects.keyring(given["seal_keys"])), given.get("tamper"))
    if "open_with" in given:
        other = given | given["open_with"]
        client = objects.client(other["service"], other["client"], given)
    return {"state": client.open_pending(sealed, objects.keyring(given["open_keys"])).state}


def tamper(sealed, how):
    if how is None:
        return sealed
    if "flip_bit" in how:
        altered = bytearray(objects.decode(sealed))
        altered[how["flip_bit"] // 8] ^= 1 << how["flip_bit"] % 8
        return base64.urlsafe_b64encode(altered).rstrip(b"=").decode()
    return sealed[: how["truncate"]] if "truncate" in how else text(how["replace"])


def keyring(given):
    objects.keyring(given["keys"])
    return {}


def pkce_challenge(given):
    return {"challenge": Pkce.challenge(text(given["verifier"]))}


def pkce_verify(given):
    return {"matches": Pkce.verify(text(given["verifier"]), text(given["challenge"]))}


def parse_challenges(given):
    shown = lambda it: {"scheme": it.scheme, "token68": it.token68, "parameters": it.parameters, "error": it.error, "options": it.authorization_options()}
    return {"challenges": [shown(one) for one in Challenge.parse([text(field) for field in given["fields"]])]}


OPERATIONS = {
    "parse_challenges": parse_challenges,
    "verify": verify, "verify_dpop": verify_dpop, "decode_unverified": decode_unverified, "configure_verifier": configure_verifier,
    "configure_client": configure_client, "authenticate": authenticate, "key": key, "key_set": key_set, "sign": sign, "service": service,
    "service_ask": service_ask, "presets": lambda given: {"presets": Service.presets()},
    "begin_authorization": begin_authorization, "seal_open": seal_open, "keyring": keyring,
    "pkce_challenge": pkce_challenge, "pkce_verify": pkce_verify, **jws.OPERATIONS, **forms.OPERATIONS, **encryption.OPERATIONS, **edges.OPERATIONS,
}
