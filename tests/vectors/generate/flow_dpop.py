"""Scenarios: a client whose tokens are bound to a key. RFC 9449, threat F13."""

from dpop import ath, thumbprint
from encoding import KEYS, NOW, dumps, public
from provider import ISSUER, STATE, drawn, service
from scenario import Scenarios, basic, begin, call, exchange, finish, get, reply, tokens
from tokens import token

KEY = {"dpop_key": {"jwk_private": dumps(KEYS["ed25519"]["jwk"] | {"kid": "d1"})}}
TOKEN, USERINFO, API = f"{ISSUER}/token", f"{ISSUER}/userinfo", "https://api.example.com/farm"
BOUND = {"access_token": "at-1", "token_type": "DPoP"}


def proof(method, url, draw, access_token=None, nonce=None):
    """A proof, byte for byte: Ed25519 has one signature for each text."""
    jwk = {name: public("ed25519")[name] for name in ("crv", "kty", "x")}
    claims = {"jti": drawn(draw), "htm": method, "htu": url, "iat": NOW}
    claims |= ({"ath": ath(access_token)} if access_token else {}) | ({"nonce": nonce} if nonce else {})
    return token(claims, {"typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk}, "EdDSA", "ed25519")


def proven(made, text):
    """The same exchange with this proof; `None` for none."""
    request = made["request"] | {"headers": made["request"]["headers"] | {"dpop": text}}
    return made | {"request": request}


def wants_nonce(nonce="n-1", status=400, **headers):
    return reply({"error": "use_dpop_nonce", "error_description": "a nonce is needed"}, status, **({"dpop_nonce": nonce} if nonce else {}), **headers)


def bound(**changed):
    return reply(tokens(token_type="DPoP", **changed))


def grant(draw, answer, nonce=None, **more):
    return proven(exchange(answer, **more), proof("POST", TOKEN, draw, nonce=nonce))


def refresh(expect, *exchanges):
    return call("refresh", expect, exchanges, token="rt-1")


def renewal(draw, answer, nonce=None):
    made = exchange(answer)
    request = made["request"] | {"form": {"grant_type": "refresh_token", "refresh_token": "rt-1"}}
    return proven(made | {"request": request}, proof("POST", TOKEN, draw, nonce=nonce))


def build():
    suite = Scenarios("DPoP: proofs, nonces and the key's binding. RFC 9449.")
    begun = call("begin_authorization", {"state": STATE, "url": {"parameters": {"dpop_jkt": thumbprint("ed25519"), "code_challenge_method": "S256"}}}, options={"scopes": ["email"]})

    def play(name, *calls, **config):
        suite.client(f"F13-{name}", *calls, **(KEY | config))

    play("exchange", begun, finish(BOUND, grant(3, bound())))
    play("by-a-public-client", begun, finish(BOUND, proven(exchange(bound(), authorization=None, client_id="abc"), proof("POST", TOKEN, 3))), client_secret=...)
    play("type-in-any-case", begun, finish(BOUND, grant(3, reply(tokens(token_type="dPOP")))))
    play("switched-on-beside-the-key", begun, finish(BOUND, grant(3, bound())), dpop=True)
    play("one-retry-with-the-nonce", begun, finish(BOUND, grant(3, wants_nonce()), grant(4, bound(), "n-1")))
    play("the-nonce-is-kept", begun, finish(BOUND, grant(3, wants_nonce()), grant(4, bound(), "n-1")), refresh(BOUND, renewal(5, bound(), "n-1")))
    play("a-newer-nonce-replaces-it", begun, finish(BOUND, grant(3, reply(tokens(token_type="DPoP"), dpop_nonce="n-1"))), refresh(BOUND, renewal(4, reply(tokens(token_type="DPoP"), dpop_nonce="n-2"), "n-1")),
         refresh(BOUND, renewal(5, bound(), "n-2")))
    play("a-nonce-of-an-error", begun, finish("oauth.invalid_grant", grant(3, reply({"error": "invalid_grant"}, 400, dpop_nonce="n-7"))), refresh(BOUND, renewal(4, bound(), "n-7")))
    play("a-second-challenge-ends-it", begun, finish("oauth.use_dpop_nonce", grant(3, wants_nonce()), grant(4, wants_nonce("n-2"), "n-1")))
    play("a-challenge-without-nonce", begun, finish("oauth.use_dpop_nonce", grant(3, wants_nonce(None))))
    for name, nonce in {"space": "a b", "quote": 'a"b', "backslash": "a\\b", "empty": "", "long": "n" * 1025}.items():
        play(f"a-challenge-with-a-bad-nonce-{name}", begun, finish("oauth.use_dpop_nonce", grant(3, wants_nonce(nonce or None))))
    play("a-nonce-with-another-error-is-no-retry", begun, finish("oauth.invalid_dpop_proof", grant(3, reply({"error": "invalid_dpop_proof"}, 400, dpop_nonce="n-1"))))
    play("a-challenge-with-status-500", begun, finish("oauth.use_dpop_nonce", grant(3, wants_nonce(status=500))))
    play("refresh", refresh(BOUND, renewal(0, bound())))
    play("client-credentials", call("client_credentials", BOUND, [renewal_of_nothing(0)]))

    # A token that is not bound to the key, and one that is bound to a key that nobody has.
    for name, kind in {"bearer": "Bearer", "mac": "mac", "empty": "", "missing": ..., "prefix": "DPoP2"}.items():
        play(f"downgrade-{name}", begun, finish("response.token_type", grant(3, reply(tokens(token_type=kind)))))
    suite.client("F13-bound-without-a-key", begin("email"), finish("response.token_type", proven(exchange(bound()), None)))
    suite.client("F13-no-proof-without-a-key", begin("email"), finish({"token_type": "Bearer"}, proven(exchange(reply(tokens())), None)))
    play("another-key-at-the-end", begun, *sealed({"client": {"client_id": "abc", "client_secret": "s3cret", "redirect_uri": "https://app.example.com/callback"} | other_key()}),
         finish("callback.dpop_key"))
    play("no-key-at-the-end", begun, *sealed({"client": {"client_id": "abc", "client_secret": "s3cret", "redirect_uri": "https://app.example.com/callback"}}), finish("callback.dpop_key"))

    userinfo(play)
    elsewhere(play, suite)
    configuration(suite)
    par(suite)
    return suite


def renewal_of_nothing(draw):
    made = exchange(bound())
    request = made["request"] | {"form": {"grant_type": "client_credentials"}}
    return proven(made | {"request": request}, proof("POST", TOKEN, draw))


def other_key():
    return {"dpop_key": {"jwk_private": dumps(KEYS["ed25519_b"]["jwk"])}}


def sealed(reopened):
    from encoding import b64

    key = b64(bytes(range(32)))
    return call("seal", key=key), call("open", {"state": STATE}, key=key, **reopened)


def shown(draw, answer, nonce=None, url=USERINFO):
    return get(url, answer, authorization="DPoP at-1", dpop=proof("GET", url, draw, "at-1", nonce))


def userinfo(play):
    claims = {"sub": "user-1"}
    challenge = lambda error, scheme="DPoP": f'{scheme} error="{error}", algs="EdDSA"'
    ask = lambda expect, *exchanges: call("userinfo", expect, exchanges, token="at-1")
    play("userinfo", ask(claims, shown(0, reply(claims))))
    again = reply("", 401, None, dpop_nonce="n-1", www_authenticate=challenge("use_dpop_nonce"))
    play("userinfo-one-retry", ask(claims, shown(0, again), shown(1, reply(claims), "n-1")))
    play("userinfo-fresh-nonces-for-ever", ask("oauth.use_dpop_nonce", shown(0, again), shown(1, reply("", 401, None, dpop_nonce="n-2", www_authenticate=challenge("use_dpop_nonce")), "n-1")))
    play("userinfo-the-error-of-another-scheme", ask("http.status", shown(0, reply("", 401, None, dpop_nonce="n-1", www_authenticate=challenge("use_dpop_nonce", "Digest")))))
    play("userinfo-the-error-in-a-quoted-text", ask("oauth.invalid_token", shown(0, reply("", 401, None, dpop_nonce="n-1", www_authenticate='DPoP realm="error=\\"use_dpop_nonce\\"", error="invalid_token"'))))
    play("userinfo-malformed-challenge", ask("oauth.challenge", shown(0, reply("", 401, None, dpop_nonce="n-1", www_authenticate='DPoP error="use_dpop_nonce'))))
    play("userinfo-step-up", ask("oauth.insufficient_user_authentication", shown(0, reply("", 401, None, www_authenticate=challenge("insufficient_user_authentication")))))


def elsewhere(play, suite):
    """Requests of the application's own."""
    made = lambda expect, url=API, method="GET", **given: call("dpop_proof", expect, method=method, url=url, **given)
    play("own-proof", made({"proof": proof("GET", API, 0)}))
    play("own-proof-for-a-token", made({"proof": proof("DELETE", API, 0, "at-1")}, method="DELETE", access_token="at-1"))
    play("own-proof-with-a-nonce", made({"proof": proof("GET", API, 0, nonce="n-9")}, nonce="n-9"))
    play("own-proof-without-query", made({"proof": proof("GET", API, 0)}, url=f"{API}?a=b#c"))
    play("own-proof-of-a-default-port", made({"proof": proof("GET", API, 0)}, url="https://API.example.com:443/farm"))
    remember = lambda url, nonce, expect=None: call("remember_dpop_nonce", expect, url=url, nonce=nonce)
    play("own-nonce-remembered", remember(f"{API}/x?y", "n-1"), made({"proof": proof("GET", API, 0, nonce="n-1")}))
    for name, url in {"host": "https://api2.example.com/farm", "port": "https://api.example.com:8443/farm", "scheme": "http://api.example.com/farm"}.items():
        play(f"a-nonce-of-another-{name}-is-not-shown", remember(url, "n-1"), made({"proof": proof("GET", API, 0)}))
    play("the-nonce-of-the-provider-is-not-shown-to-an-api", call("userinfo", {"sub": "user-1"}, [shown(0, reply({"sub": "user-1"}, dpop_nonce="n-1"))], token="at-1"), made({"proof": proof("GET", API, 1)}),
         call("userinfo", {"sub": "user-1"}, [shown(2, reply({"sub": "user-1"}), "n-1")], token="at-1"))
    play("what-is-no-nonce-is-left-out", remember(API, "a b"), made({"proof": proof("GET", API, 0)}))
    for name, url in {"password": "https://user:pw@api.example.com/", "user": "https://user@api.example.com/", "relative": "/farm", "ftp": "ftp://api.example.com/", "empty": "", "space": "https://api.example.com/a b"}.items():
        play(f"own-proof-url-{name}", made("config.url", url=url))
    for name, method in {"empty": "", "space": "GET ", "quote": 'G"T', "long": "A" * 33}.items():
        play(f"own-proof-method-{name}", made("config.dpop", method=method))
    play("own-proof-nonce-bad", made("config.invalid", nonce="a b"))
    play("own-proof-token-bad", made("config.control_character", access_token="a\r\nb"))
    suite.client("F13-own-proof-without-a-key", made("config.dpop"))
    suite.client("F13-own-nonce-without-a-key", remember(API, "n-1", "config.dpop"))
    headers = lambda expect, url=API, method="POST", token="at-1": call("authorization_headers", expect, token=token, method=method, url=url)
    play("headers", headers({"authorization": "DPoP at-1", "dpop": proof("POST", API, 0, "at-1")}))
    suite.client("F13-headers-without-a-key", headers({"authorization": "Bearer at-1"}))
    for name, url in {"clear-text": "http://api.example.com/farm", "password": "https://u:p@api.example.com/", "relative": "/farm"}.items():
        suite.client(f"F13-headers-url-{name}", headers("config.url", url=url))
    suite.client("F13-headers-token-bad", headers("config.control_character", token="a\r\nb"))


def configuration(suite):
    refused = lambda name, code, text=None, **config: suite.client(f"F13-configured-{name}", call("begin_authorization", code, options={}), service_text=text, **config)
    refused("off-with-a-key", "config.dpop", dpop=False, **KEY)
    refused("key-that-the-provider-does-not-take", "config.dpop", service(dpop_signing_alg_values_supported=["RS256"]), **KEY)
    suite.client("F13-configured-key-that-the-provider-takes", begin("email"), service_text=service(dpop_signing_alg_values_supported=["ES256", "EdDSA"]), **KEY)
    suite.client("F13-configured-off", begin("email"), finish({"token_type": "Bearer"}, proven(exchange(reply(tokens())), None)), dpop=False)


def par(suite):
    from flow_requests import PAR, REFERENCE, USUAL, push

    text = service(pushed_authorization_request_endpoint=PAR)
    made = push({"url_expires_at": NOW + 60}, reply({"request_uri": REFERENCE, "expires_in": 60}, 201), {"dpop_jkt": thumbprint("ed25519")})
    first = push({}, wants_nonce(), {"dpop_jkt": thumbprint("ed25519")})["exchanges"][0]
    made["exchanges"] = [proven(first, proof("POST", PAR, 3)), proven(made["exchanges"][0], proof("POST", PAR, 4, nonce="n-1"))]
    suite.client("F13-pushed", made, finish(BOUND, grant(5, bound(), "n-1")), service_text=text, **KEY)
