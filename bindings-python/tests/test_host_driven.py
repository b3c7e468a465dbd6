"""The host carries the traffic itself: the same operations, stepped."""

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

import ferroauth
from conftest import CLIENT
from ferroauth import Client, Flow, Service, Verifier


def send(session: requests.Session, http: Any) -> dict[str, Any]:
    response = session.request(
        http["method"], http["url"], headers=http["headers"], data=http["body"],
        timeout=http["timeout_ms"] / 1000, allow_redirects=False,
    )
    return {"status": response.status_code, "headers": response.headers, "body": response.content}


def carry(session: requests.Session, flow: Flow[Any]) -> Any:
    step = flow.advance()
    while not step.done:
        if step.http is None:
            time.sleep((step.sleep or 0) / 1000)
            step = flow.advance()
        else:
            step = flow.advance(send(session, step.http))
    return step.result


def test_the_whole_job_over_requests(issuer: str, browse: Callable[[str], str]) -> None:
    with requests.Session() as session:
        service = carry(session, Service.flow.discover(issuer))
        assert isinstance(service, Service) and service.issuer == issuer
        client = Client(service, **CLIENT)
        pending = client.begin_authorization(scopes=["openid", "email"])
        tokens = carry(session, client.flow.finish_authorization(pending, browse(pending.url)))
        assert tokens.id_token.claims["email"] == "user@example.com"
        verifier = Verifier(issuer=issuer, audience="my-api")
        assert carry(session, verifier.flow.verify(tokens.access_token))["sub"] == "user-42"
        assert verifier.verify_now(tokens.access_token)["sub"] == "user-42"
        assert carry(session, client.flow.userinfo(tokens.access_token))["sub"] == "user-42"
        assert carry(session, client.flow.introspect(tokens.access_token)).active
        tokens = carry(session, client.flow.refresh(tokens.refresh_token))
        assert carry(session, client.flow.revoke(tokens.refresh_token)) is None
        assert carry(session, client.flow.client_credentials(scopes=["all"])).scopes == ("all",)


def test_a_step_says_what_to_send(client: Client) -> None:
    step = client.flow.refresh("rt").advance()
    assert not step.done and step.result is None and step.sleep is None
    assert step.http["method"] == "POST" and step.http["url"].endswith("/main/token")
    assert step.http["headers"]["content-type"] == "application/x-www-form-urlencoded"
    assert step.http["body"] == b"grant_type=refresh_token&refresh_token=rt"
    assert step.http["timeout_ms"] == 10_000
    assert "rt" not in repr(step)


@pytest.mark.parametrize(
    ("failure", "code"),
    [("timeout", "http.timeout"), ("connect", "http.connect"), ("tls", "http.tls"), ("dns", "http.dns"),
     ("too_large", "http.too_large"), ("protocol", "http.protocol")],
)
def test_a_failed_transport_is_reported_by_name(client: Client, failure: str, code: str) -> None:
    flow = client.flow.client_credentials()
    flow.advance()
    with pytest.raises(ferroauth.NetworkError) as caught:
        flow.advance({"failure": failure})
    assert caught.value.code == code


def test_a_reply_may_be_plain_text_and_headers_a_list(client: Client) -> None:
    flow = client.flow.client_credentials()
    flow.advance()
    body = '{"access_token": "at", "token_type": "bearer", "expires_in": 5}'
    step = flow.advance({"status": 200, "headers": [("Content-Type", "application/json")], "body": body})
    assert step.done and step.result.access_token == "at"


def test_too_large_a_reply_is_refused_before_it_is_copied(client: Client) -> None:
    flow = client.flow.client_credentials()
    flow.advance()
    with pytest.raises(ferroauth.NetworkError) as caught:
        flow.advance({"status": 200, "headers": {}, "body": bytes(600_000)})
    assert caught.value.code == "http.too_large"


def test_replies_out_of_turn_are_refused_and_the_flow_goes_on(client: Client) -> None:
    flow = client.flow.client_credentials()
    with pytest.raises(ferroauth.InternalError) as caught:
        flow.advance({"status": 200, "headers": {}, "body": b""})
    assert caught.value.code == "internal.flow"
    assert flow.advance().http is not None
    with pytest.raises(ferroauth.InternalError):
        flow.advance()
    with pytest.raises(TypeError):
        flow.advance({"status": 200})
    body = b'{"access_token": "at", "token_type": "bearer"}'
    assert flow.advance({"status": 200, "headers": {"content-type": "application/json"}, "body": body}).done
    with pytest.raises(ferroauth.InternalError):
        flow.advance()


def test_flows_are_generic_in_annotations() -> None:
    assert repr(Flow[ferroauth.TokenSet]) == "ferroauth.Flow[ferroauth.TokenSet]"
