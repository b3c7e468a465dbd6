"""The lines of the quickstart, against a provider on loopback."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest

import ferroauth
from conftest import CLIENT
from ferroauth import Client, Keyring, PendingAuthorization, Service, TokenSet, Verifier

APP_KEY = bytes(range(32))
Browse = Callable[[str], str]


def log_in(client: Client, browse: Browse) -> TokenSet:
    pending = client.begin_authorization(scopes=["openid", "email"])
    sealed = pending.seal(APP_KEY)
    return client.finish_authorization(client.open_pending(sealed, APP_KEY), browse(pending.url))


def test_discovery_finds_the_provider(service: Service, issuer: str) -> None:
    assert service.issuer == issuer
    again = Service.from_json(service.to_json())
    assert again.to_json() == service.to_json()


def test_discovery_refuses_another_issuer(provider: str) -> None:
    with pytest.raises(ferroauth.MetadataError) as caught:
        Service.discover(f"{provider}/wrong")
    assert caught.value.code == "metadata.issuer_mismatch"


def test_the_authorization_url_has_pkce_state_and_nonce(client: Client) -> None:
    pending = client.begin_authorization(scopes=["openid", "email"], parameters={"prompt": "login"}, return_to="/me")
    query = parse_qs(urlsplit(pending.url).query, strict_parsing=True)
    assert query["code_challenge_method"] == ["S256"]
    assert query["response_type"] == ["code"]
    assert query["scope"] == ["openid email"]
    assert query["prompt"] == ["login"]
    assert query["state"] == [pending.state]
    assert len(query["nonce"][0]) >= 22 and len(query["code_challenge"][0]) == 43
    assert pending.return_to == "/me"
    assert client.open_pending(pending.seal(APP_KEY), APP_KEY).return_to == "/me"


def test_login_refresh_introspect_revoke(client: Client, issuer: str, browse: Browse) -> None:
    tokens = log_in(client, browse)
    assert tokens.token_type == "Bearer"
    assert tokens.scopes == ("openid", "email") and tokens.unrequested_scopes == ()
    assert tokens.expires_at is not None and tokens.refresh_token is not None
    assert tokens.id_token is not None
    assert tokens.id_token.claims["email"] == "user@example.com"
    assert tokens.id_token.header["alg"] == "ES256"

    claims = Verifier(issuer=issuer, audience="my-api").verify(tokens.access_token)
    assert claims["sub"] == "user-42" and claims.header["kid"] == "k1"

    assert client.userinfo(tokens.access_token, subject="user-42")["email"] == "user@example.com"
    report = client.introspect(tokens.access_token, token_type_hint="access_token")
    assert report.active and report["sub"] == "user-42"

    renewed = client.refresh(tokens.refresh_token)
    assert renewed.access_token != tokens.access_token
    assert renewed.refresh_token is not None
    client.revoke(renewed.refresh_token)
    assert not client.introspect(renewed.refresh_token).active
    with pytest.raises(ferroauth.ProviderError) as caught:
        client.refresh(renewed.refresh_token)
    assert (caught.value.code, caught.value.oauth_error) == ("oauth.invalid_grant", "invalid_grant")


def test_userinfo_about_somebody_else_is_refused(client: Client, browse: Browse) -> None:
    tokens = log_in(client, browse)
    with pytest.raises(ferroauth.ResponseError) as caught:
        client.userinfo(tokens.access_token, subject="user-43")
    assert caught.value.code == "response.subject"


def test_client_credentials(client: Client) -> None:
    tokens = client.client_credentials(scopes=["all"])
    assert tokens.scopes == ("all",) and tokens.refresh_token is None and tokens.id_token is None


def test_a_wrong_secret_is_the_providers_error(service: Service) -> None:
    client = Client(service, **{**CLIENT, "client_secret": "wrong"})
    with pytest.raises(ferroauth.ProviderError) as caught:
        client.client_credentials()
    assert caught.value.code == "oauth.invalid_client" and caught.value.http_status == 401


def test_a_pending_authorization_is_used_once(client: Client, browse: Browse) -> None:
    pending = client.begin_authorization(scopes=["openid"])
    url = browse(pending.url)
    client.finish_authorization(pending, url)
    with pytest.raises(ferroauth.CallbackError) as caught:
        client.finish_authorization(pending, url)
    assert caught.value.code == "callback.state_replayed"


def test_keys_rotate_with_a_keyring(client: Client) -> None:
    old, new = APP_KEY, bytes(32)
    pending = client.begin_authorization()
    sealed = pending.seal(old)
    assert client.open_pending(sealed, Keyring([new, old])).state == pending.state
    with pytest.raises(ferroauth.PendingAuthorizationError) as caught:
        client.open_pending(sealed, new)
    assert caught.value.code == "pending.invalid"


def test_a_pending_authorization_belongs_to_its_client(client: Client, service: Service, browse: Browse) -> None:
    pending = client.begin_authorization(scopes=["openid"])
    other = Client(service, **{**CLIENT, "client_id": "other"})
    with pytest.raises(ferroauth.PendingAuthorizationError) as caught:
        other.finish_authorization(pending, browse(pending.url))
    assert caught.value.code == "pending.wrong_client"


class Multi(dict[str, str]):
    """Like Werkzeug's and Django's dictionaries: ``items()`` hides repeated values, ``lists()`` has them."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        super().__init__({name: last[-1] for name, last in values.items()})
        self._values = values

    def lists(self) -> list[tuple[str, list[str]]]:
        return list(self._values.items())


class Starlette(dict[str, str]):
    """Like Starlette's query parameters."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        super().__init__({name: last[-1] for name, last in values.items()})
        self._values = values

    def multi_items(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self._values.items() for value in values]


def single(values: dict[str, list[str]]) -> dict[str, str]:
    return {name: last[-1] for name, last in values.items()}


@pytest.mark.parametrize("form", [dict, Multi, Starlette, single])
def test_the_callback_may_be_a_mapping(client: Client, browse: Browse, form: Callable[..., dict[str, str]]) -> None:
    pending = client.begin_authorization(scopes=["openid"])
    values = parse_qs(urlsplit(browse(pending.url)).query)
    assert client.finish_authorization(pending, form(values)).access_token


@pytest.mark.parametrize("form", [dict, Multi, Starlette])
def test_repeated_parameters_are_refused_however_they_are_kept(
    client: Client, form: Callable[..., dict[str, str]]
) -> None:
    pending = client.begin_authorization(scopes=["openid"])
    values = {"code": ["a", "b"], "state": [pending.state]}
    with pytest.raises(ferroauth.CallbackError) as caught:
        client.finish_authorization(pending, form(values))
    assert caught.value.code == "callback.duplicate_parameter"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("code=a", "callback.state_missing"),
        ("code=a&state=other", "callback.state_mismatch"),
        ("code=a&state={state}", "callback.issuer_missing"),
        ("code=a&state={state}&iss=https://evil.example", "callback.issuer_mismatch"),
        ("code=a&error=access_denied&state={state}", "callback.contradictory"),
        ("code=a&code=a&state={state}", "callback.duplicate_parameter"),
        ("state={state}&iss={issuer}", "callback.code_missing"),
        ("error=access_denied&state={state}&iss={issuer}", "oauth.access_denied"),
    ],
)
def test_a_bad_callback_never_reaches_the_token_endpoint(client: Client, issuer: str, query: str, code: str) -> None:
    pending: PendingAuthorization = client.begin_authorization(scopes=["openid"])
    flow = client.flow.finish_authorization(pending, "/callback?" + query.format(state=pending.state, issuer=issuer))
    with pytest.raises(ferroauth.FerroauthError) as caught:
        flow.advance()
    assert caught.value.code == code
