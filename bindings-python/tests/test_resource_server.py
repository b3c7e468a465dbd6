"""The resource server: every kind of request that frameworks have, and answers that are ready to be sent."""

import asyncio
import email.message
import http.client
import pickle
import wsgiref.util
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

import ferroauth
from conftest import CLIENT
from ferroauth import Client, Denial, HmacKey, Principal, ResourceServer, Service, Signer, Verifier, aio

KEY = HmacKey(bytes(range(64)))
VERIFIER = Verifier(key=KEY, algorithms=["HS256"], issuer=None, audience="api")
API = ResourceServer(VERIFIER, realm="farm")
TOKEN = Signer(KEY, algorithm="HS256").sign({"aud": "api", "sub": "42", "scope": "read write"}, lifetime=300)
FIELD = f"Bearer {TOKEN}"
TWO = [FIELD, "Basic YTpi"]


class Request:
    """A framework's request: an object with headers."""

    def __init__(self, headers: Any) -> None:
        self.headers = headers


class Lists:
    """Werkzeug's and Starlette's way to all values."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)

    def getlist(self, name: str) -> list[str]:
        return self.values if name.lower() == "authorization" else []


class Multidict:
    """aiohttp's way: a name that is not there is an error."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)

    def getall(self, name: str) -> list[str]:
        if not self.values:
            raise KeyError(name)
        return self.values


class Tornado:
    """Tornado's way, where `get_all` gives the whole collection."""

    def __init__(self, *values: str) -> None:
        self.values = list(values)

    def get_list(self, name: str) -> list[str]:
        return self.values

    def get_all(self) -> list[tuple[str, str]]:
        raise AssertionError


class MappingRequest(dict[str, Any]):
    """aiohttp's request: a mapping of the program's own values, and an object with headers."""

    def __init__(self, headers: Any) -> None:
        super().__init__({"user": 1, "Authorization": 5})
        self.headers = headers


def message(*values: str) -> email.message.Message:
    """What `http.server` keeps the headers in."""
    out = http.client.HTTPMessage()
    for value in values:
        out.add_header("authorization", value)
    return out


def environment(**more: str) -> dict[str, Any]:
    environ: dict[str, Any] = {}
    wsgiref.util.setup_testing_defaults(environ)
    return environ | more


def scope(*values: str) -> dict[str, Any]:
    return {"type": "http", "headers": [(b"host", b"x"), *((b"authorization", value.encode()) for value in values)]}


ONE: dict[str, Any] = {
    "WSGI environment": environment(HTTP_AUTHORIZATION=FIELD),
    "small environment": {"HTTP_AUTHORIZATION": FIELD},
    "mapping": {"Host": "x", "Authorization": FIELD},
    "lower-case mapping": {"authorization": FIELD},
    "upper-case mapping": {"AUTHORIZATION": FIELD},
    "mapping of lists": {"Authorization": [FIELD]},
    "mapping of bytes": {b"Authorization": FIELD.encode()},
    "a header that is called headers": {"headers": "x", "Authorization": FIELD},
    "a list of headers that are called headers": {"headers": ["x"], "Authorization": [FIELD]},
    "ASGI scope": scope(FIELD),
    "pairs": [("Host", "x"), ("Authorization", FIELD)],
    "pairs of bytes": [(b"authorization", FIELD.encode())],
    "pairs as lists": [["Authorization", FIELD]],
    "Werkzeug": Request(Lists(FIELD)),
    "Werkzeug's headers": Lists(FIELD),
    "aiohttp": MappingRequest(Multidict(FIELD)),
    "Tornado": Request(Tornado(FIELD)),
    "Django": Request({"Authorization": FIELD}),
    "http.server": Request(message(FIELD)),
    "http.server's headers": message(FIELD),
    "requests": requests.Request("GET", "http://x", headers={"authorization": FIELD}).prepare(),
}
NONE: dict[str, Any] = {
    "None": None, "WSGI environment": environment(), "rewritten request": {"HTTP_AUTHORIZATION": ""}, "mapping": {}, "other": {"X-Authorization": FIELD},
    "absent": {"Authorization": None}, "ASGI scope": scope(), "pairs": [], "no environment": [("HTTP_AUTHORIZATION", FIELD)],
    "Werkzeug": Request(Lists()), "aiohttp": Request(Multidict()), "http.server": message(),
}
SEVERAL: dict[str, Any] = {
    "mapping of lists": {"Authorization": TWO}, "two spellings": {"Authorization": FIELD, "authorization": FIELD},
    "both kinds": {"HTTP_AUTHORIZATION": FIELD, "Authorization": FIELD}, "ASGI scope": scope(*TWO), "pairs": [("authorization", value) for value in TWO],
    "Werkzeug": Request(Lists(*TWO)), "aiohttp": Multidict(*TWO), "http.server": message(*TWO),
}


@pytest.mark.parametrize("request_", ONE.values(), ids=ONE)
def test_the_token_of_a_request_is_found(request_: Any) -> None:
    caller = API.authenticate(request_, scopes=["read"])
    assert isinstance(caller, Principal) and caller and caller.granted
    assert (caller.subject, caller.scopes, caller.claims["aud"]) == ("42", ("read", "write"), "api")
    assert caller.has_scope("read") and not caller.has_scope("rea")
    assert caller.claims.header["alg"] == "HS256" and '"sub":"42"' in caller.claims.raw


@pytest.mark.parametrize("request_", NONE.values(), ids=NONE)
def test_a_request_without_a_token_is_told_to_bring_one(request_: Any) -> None:
    answer = API.authenticate(request_)
    assert isinstance(answer, Denial) and not answer and not answer.granted
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="farm"')


@pytest.mark.parametrize("request_", SEVERAL.values(), ids=SEVERAL)
def test_two_fields_are_a_bad_request(request_: Any) -> None:
    answer = API.authenticate(request_)
    assert isinstance(answer, Denial) and answer.status == 400


def test_a_generator_is_read_once() -> None:
    def pairs() -> Iterator[tuple[str, str]]:
        yield "Authorization", FIELD

    assert API.authenticate(pairs())
    assert asyncio.run(aio.ResourceServer(VERIFIER).authenticate(pairs()))


@pytest.mark.parametrize("wrong", [FIELD, FIELD.encode(), 5, object(), [FIELD], [("a",)], [1], {1: "x"}, {"Authorization": 5}, {"headers": 5}, Request(5), Request("x")])
def test_what_is_no_request_is_a_mistake(wrong: Any) -> None:
    with pytest.raises(TypeError):
        API.authenticate(wrong)


def test_text_that_no_token_has_is_a_bad_request() -> None:
    for value in ("Bearer \ud800", b"Bearer \xff\xfe", "Bearer é"):
        answer = API.authenticate({"Authorization": value})
        assert isinstance(answer, Denial) and answer.status == 400


def test_a_denial_is_ready_to_be_sent() -> None:
    answer = API.authenticate({"Authorization": FIELD}, scopes=["admin"])
    assert isinstance(answer, Denial)
    challenge = answer.headers["WWW-Authenticate"]
    assert answer.status == 403 and 'error="insufficient_scope"' in challenge and 'scope="admin"' in challenge
    assert answer.headers["Cache-Control"] == "no-store"
    assert isinstance(answer.error, ferroauth.FerroauthError) and answer.error.code == "oauth.insufficient_scope"
    expired = Signer(KEY, algorithm="HS256").sign({"aud": "api", "exp": 1})
    answer = API.authenticate({"Authorization": f"Bearer {expired}"})
    assert isinstance(answer, Denial) and answer.status == 401
    assert isinstance(answer.error, ferroauth.ExpiredTokenError) and answer.error.explain()["check"] == "exp"


def test_nothing_shows_the_token() -> None:
    caller, answer = API.authenticate({"Authorization": FIELD}), API.authenticate({"Authorization": FIELD}, scopes=["x"])
    assert repr(caller) == "Principal(subject='42', scopes=('read', 'write'))"
    assert repr(answer) == "Denial(status=403, code='oauth.insufficient_scope')"
    for thing in (API, API.flow, caller, answer, API.flow.authenticate({"Authorization": FIELD})):
        assert TOKEN not in f"{thing!r} {thing}"
        with pytest.raises(TypeError, match="cannot pickle"):
            pickle.dumps(thing)


def test_settings_are_checked() -> None:
    with pytest.raises(TypeError, match="not a single str"):
        API.authenticate(None, scopes="read")
    for scopes in ([""], ["a b"], ['"']):
        with pytest.raises(ferroauth.ConfigurationError):
            API.authenticate(None, scopes=scopes)
    with pytest.raises(ferroauth.ConfigurationError):
        ResourceServer(VERIFIER, realm='a"b')
    with pytest.raises(TypeError):
        ResourceServer(KEY)  # type: ignore[arg-type]


def test_keys_are_fetched_where_they_must(service: Service, issuer: str, browse: Callable[[str], str]) -> None:
    token = Client(service, **CLIENT).client_credentials(scopes=["all"]).access_token
    request = {"Authorization": f"Bearer {token}"}
    api = ResourceServer(Verifier(issuer=issuer, audience="my-api"))
    with pytest.raises(ferroauth.KeySetNotLoadedError):
        api.authenticate_now(request)
    assert not api.authenticate_now({"Authorization": "Bearer x"})
    assert api.authenticate(request) and api.authenticate_now(request)

    async def main() -> None:
        api = aio.ResourceServer(aio.Verifier(issuer=issuer, audience="my-api"))
        with pytest.raises(ferroauth.KeySetNotLoadedError):
            api.authenticate_now(request)
        caller = await api.authenticate(request)
        assert isinstance(caller, Principal) and caller.subject == "user-42"
        assert api.authenticate_now(request) and not await api.authenticate(None)
        assert token not in repr(api)
        aio.close()

    asyncio.run(main())


def test_a_provider_that_is_away_lets_nobody_in() -> None:
    token = Signer(ferroauth.PrivateKey.generate("ES256"), algorithm="ES256", kid="k").sign({"aud": "api"}, lifetime=60)
    request = {"Authorization": f"Bearer {token}"}

    def verifier() -> Verifier:
        return Verifier(issuer="http://127.0.0.1:9", audience="api")

    blocking = ResourceServer(verifier()).authenticate(request)
    for answer in (blocking, asyncio.run(aio.ResourceServer(verifier()).authenticate(request))):
        assert isinstance(answer, Denial) and answer.status == 503
        assert isinstance(answer.error, ferroauth.NetworkError) and "WWW-Authenticate" not in answer.headers
    aio.close()


def test_the_host_carries_the_traffic(issuer: str, service: Service) -> None:
    token = Client(service, **CLIENT).client_credentials(scopes=["all"]).access_token
    flow = ResourceServer(Verifier(issuer=issuer, audience="my-api")).flow.authenticate({"Authorization": f"Bearer {token}"})
    step = flow.advance()
    while not step.done:
        reply = requests.get(step.http["url"], timeout=10)
        step = flow.advance({"status": reply.status_code, "headers": reply.headers, "body": reply.content})
    assert isinstance(step.result, Principal) and step.result.subject == "user-42"
