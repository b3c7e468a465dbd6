"""What `ferroauth.sasl` makes goes into imaplib and smtplib as it is: against a server that speaks from a script."""

import base64
import imaplib
import json
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ferroauth import ProviderError, ResponseError, sasl

REFUSAL = base64.b64encode(json.dumps({"status": "401", "schemes": "bearer", "scope": "https://mail.google.com/"}).encode()).decode()


@contextmanager
def server(talk: Callable[[Callable[[], str], Callable[[str], None]], None]) -> Iterator[tuple[int, list[str]]]:
    """A mail server for one connection; yields its port, and what the client wrote."""
    heard: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:

            def hear() -> str:
                heard.append(stream.readline().decode().rstrip("\r\n"))
                return heard[-1]

            def say(line: str) -> None:
                stream.write(line.encode() + b"\r\n")
                stream.flush()

            talk(hear, say)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        thread.join(10)
        listener.close()


def imap(accept: bool) -> Callable[[Callable[[], str], Callable[[str], None]], None]:
    def talk(hear: Callable[[], str], say: Callable[[str], None]) -> None:
        say("* OK ready")
        say(f"* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n{hear().split()[0]} OK done")
        tag = hear().split()[0]
        say("+ ")
        hear()
        if accept:
            say(f"{tag} OK welcome")
        else:
            say(f"+ {REFUSAL}")
            hear()
            say(f"{tag} NO refused")

    return talk


@pytest.mark.parametrize("make", [sasl.xoauth2, sasl.oauthbearer])
def test_imaplib_logs_in(make: Callable[[str, str], sasl.SaslResponse]) -> None:
    response = make("user@example.com", "at-1")
    with server(imap(accept=True)) as (port, heard):
        client = imaplib.IMAP4("127.0.0.1", port, timeout=10)
        client.authenticate(response.mechanism, response)  # type: ignore[arg-type]
        client.shutdown()
    assert heard[1].endswith(f"AUTHENTICATE {response.mechanism}") and heard[2] == response.encoded
    assert response.challenge is None


@pytest.mark.parametrize(("make", "answer"), [(sasl.xoauth2, ""), (sasl.oauthbearer, "AQ==")])
def test_imaplib_hears_why_it_is_refused(make: Callable[[str, str], sasl.SaslResponse], answer: str) -> None:
    response = make("user@example.com", "at-1")
    with server(imap(accept=False)) as (port, heard):
        client = imaplib.IMAP4("127.0.0.1", port, timeout=10)
        with pytest.raises(imaplib.IMAP4.error):
            client.authenticate(response.mechanism, response)  # type: ignore[arg-type]
        client.shutdown()
    assert heard[3] == answer
    why = response.challenge
    assert why is not None and (why.hint, why.scopes) == ("refresh", ("https://mail.google.com/",))
    with pytest.raises(ProviderError, match="401"):
        raise why.error


def test_smtplib_logs_in_and_hears_why_it_is_refused() -> None:
    def talk(hear: Callable[[], str], say: Callable[[str], None]) -> None:
        say("220 ready")
        hear()
        say("250-mail.example.com\r\n250 AUTH XOAUTH2")
        hear()
        say(f"334 {REFUSAL}")
        hear()
        say("535 refused")
        hear()
        say("235 welcome")

    bad, good = sasl.xoauth2("user@example.com", "old"), sasl.xoauth2("user@example.com", "new")
    with server(talk) as (port, heard), smtplib.SMTP("127.0.0.1", port, local_hostname="app.example.com", timeout=10) as client:
        client.ehlo()
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.auth(bad.mechanism, bad)
        client.auth(good.mechanism, good)
        client.close()
    assert heard[1:] == [f"AUTH XOAUTH2 {bad.encoded}", "", f"AUTH XOAUTH2 {good.encoded}"]
    assert bad.challenge is not None and bad.challenge.hint == "refresh" and good.challenge is None


def test_a_challenge_that_is_none_is_said_when_it_is_read() -> None:
    response = sasl.xoauth2("user@example.com", "at-1")
    assert response(b"nonsense") == ""
    with pytest.raises(ResponseError):
        print(response.challenge)
