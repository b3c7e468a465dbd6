"""The main job from Python, with the installed package: see steps.py for the list and host_process.py for the lines."""

import json
import secrets
import sys
import urllib.error
import urllib.request
from typing import Any

import ferroauth
from ferroauth import Client, HmacKey, KeySet, Pkce, PrivateKey, Service, Signer, Verifier

ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")


def show(step: str, ok: bool, seen: str, **more: Any) -> None:
    print(json.dumps({"host": "python", "step": step, "ok": bool(ok), "seen": seen, **more}), flush=True)


def refusal(step: str, wanted: str, action: Any) -> None:
    try:
        action()
        show(step, False, "was accepted")
    except ferroauth.FerroauthError as error:
        show(step, error.code == wanted, f"refused: {error.code}")


def client_of(config: dict[str, Any], service: Service, name: str) -> Client:
    known = config["clients"][name]
    return Client(
        service,
        client_id=known["client_id"],
        client_secret=known["client_secret"],
        redirect_uri=config["redirect_uri"] if known["redirect_uris"] else None,
        authentication_method=known["authentication_method"],
        id_token_algorithms=[known["id_token_algorithm"]] if known["id_token_algorithm"] else None,
    )


def begin(client: Client) -> Any:
    return client.begin_authorization(scopes=["openid", "email", "offline_access"], parameters={"prompt": "consent"})


def callback_from_browser(step: str, url: str) -> str:
    show(step, "code_challenge_method=S256" in url, "", ask=url)
    return json.loads(sys.stdin.readline())["callback"]


def main_job(config: dict[str, Any]) -> None:
    service = Service.discover(config["issuer"])
    show("discovery", service.issuer == config["issuer"], f"issuer {service.issuer}")

    pair = Pkce.generate()
    example = Pkce.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    known = example == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    show("pkce", known and Pkce.verify(pair.verifier, pair.challenge), f"{pair.method}, RFC 7636 B agrees")

    client, app_key = client_of(config, service, "demo-basic"), secrets.token_bytes(32)
    pending = begin(client)
    sealed = pending.seal(app_key)
    url = callback_from_browser("authorization", pending.url)
    reopened = client.open_pending(sealed, app_key)
    show("callback", reopened.state == pending.state and "iss=" in url, f"sealed, {len(sealed)} chars; code, iss")

    tokens = client.finish_authorization(reopened, url)
    show("exchange", tokens.access_token and tokens.refresh_token and tokens.expires_at, " ".join(tokens.scopes))
    claims, header = tokens.id_token.claims, tokens.id_token.header
    show("id_token", claims["email"] == f"{config['user']}@example.test", f"{header['alg']} {header['kid']}, {claims['email']}")

    issued = client_of(config, service, "demo-machine").client_credentials(scopes=["orders:read"])
    access = Verifier(issuer=config["issuer"], audience=config["api"], token_type="at+jwt").verify(issued.access_token)
    show("api_token", access["client_id"] == "demo-machine", f"{access.header['alg']} {access.header['typ']}, {access['scope']}")

    report = client.introspect(tokens.access_token)
    show("introspect", report.active, f"active {str(report.active).lower()}, sub {report['sub']}")
    person = client.userinfo(tokens.access_token, subject=claims["sub"])
    show("userinfo", person["email"] == claims["email"], f"sub {person['sub']}, {person['email']}")
    renewed = client.refresh(tokens.refresh_token)
    show("refresh", renewed.access_token != tokens.access_token, "another access token")
    client.revoke(renewed.access_token)
    show("revoke", True, "revoked")
    report = client.introspect(renewed.access_token)
    show("inactive", report.active is False, f"active {str(report.active).lower()}")

    for step in ("post", "public", "pss"):
        other = client_of(config, service, f"demo-{step}")
        pending = begin(other)
        again = other.finish_authorization(pending, callback_from_browser(f"browser_{step}", pending.url))
        header = again.id_token.header
        wanted = config["clients"][f"demo-{step}"]["id_token_algorithm"]
        show(step, header["alg"] == wanted, f"{header['alg']} {header['kid']}, sub {again.id_token.claims['sub']}")

    carried = 0
    flow = other.flow.refresh(again.refresh_token)
    step = flow.advance()
    while not step.done:
        carried += 1
        step = flow.advance(send(step.http))
    show("own_transport", step.result.access_token and carried == 1, f"urllib carried {carried} request")

    stranger = begin(client)
    refusal("wrong_state", "callback.state_mismatch", lambda: client.finish_authorization(stranger, url))
    head, body, signature = tokens.id_token.raw.split(".")
    forged = f"{head}.{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"
    own = Verifier(issuer=config["issuer"], audience="demo-basic")
    refusal("forged", "token.signature", lambda: own.verify(forged))


def send(request: Any) -> dict[str, Any]:
    """The host's own transport: here urllib, which every Python has."""
    body = request["body"]
    outgoing = urllib.request.Request(
        request["url"], method=request["method"], headers=request["headers"],
        data=body.encode() if isinstance(body, str) else body or None,
    )
    try:
        reply = urllib.request.urlopen(outgoing, timeout=10)
    except urllib.error.HTTPError as refused:
        reply = refused
    with reply:
        return {"status": reply.status, "headers": dict(reply.headers), "body": reply.read()}


def claims_for(config: dict[str, Any]) -> dict[str, Any]:
    return {"iss": config["token_issuer"], "aud": config["token_audience"], "sub": "from python"}


def sign(config: dict[str, Any]) -> None:
    tokens = {}
    for algorithm in ALGORITHMS:
        known = config["keys"][algorithm]
        key = HmacKey(known["secret"].encode()) if algorithm == "HS256" else PrivateKey.from_pem(known["private_pem"])
        tokens[algorithm] = Signer(key, algorithm=algorithm, kid=known["kid"]).sign(claims_for(config), lifetime=300)
    show("sign", len(tokens) == len(ALGORITHMS), " ".join(tokens), tokens=tokens)


def verify(config: dict[str, Any]) -> None:
    public = KeySet.from_json(json.dumps(config["jwks"]))
    expected = {"issuer": config["token_issuer"], "audience": config["token_audience"]}
    for host, tokens in config["signed"].items():
        passed = []
        for algorithm, token in tokens.items():
            keys = HmacKey(config["keys"]["HS256"]["secret"].encode()) if algorithm == "HS256" else public
            claims = Verifier(key=keys, algorithms=[algorithm], **expected).verify(token)
            if claims["sub"] == f"from {host}":
                passed.append(algorithm)
        show(f"from_{host}", len(passed) == len(ALGORITHMS), " ".join(passed))


if __name__ == "__main__":
    {"login": main_job, "sign": sign, "verify": verify}[sys.argv[1]](json.loads(sys.stdin.readline()))
