"""Threads: many at once, none of our own, the interpreter lock given away, Ctrl-C served."""

import os
import subprocess
import threading
import time
from collections.abc import Callable

from conftest import CLIENT
from ferroauth import (
    Client,
    Decrypter,
    Denial,
    Encrypter,
    EncryptionKey,
    HmacKey,
    PrivateKey,
    ResourceServer,
    Service,
    Signer,
    Verifier,
)

Script = Callable[..., subprocess.CompletedProcess[str]]


def run_in_threads(count: int, work: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert not failures, failures[0]


def test_64_threads_verify_and_sign() -> None:
    key, secret = PrivateKey.generate("ES256"), HmacKey(bytes(32))
    pairs = [
        (Signer(key, algorithm="ES256"),
         Verifier(key=key.public_key(), algorithms=["ES256"], issuer="me", audience=None)),
        (Signer(secret, algorithm="HS256"),
         Verifier(key=secret, algorithms=["HS256"], issuer="me", audience=None)),
    ]

    def work() -> None:
        for number in range(50):
            for signer, verifier in pairs:
                assert verifier.verify(signer.sign({"iss": "me", "n": number}, lifetime=60))["n"] == number

    run_in_threads(64, work)


def test_64_threads_share_one_client_and_one_key_set(service: Service, issuer: str) -> None:
    client, verifier = Client(service, **CLIENT), Verifier(issuer=issuer, audience="my-api")

    def work() -> None:
        for _ in range(3):
            tokens = client.client_credentials(scopes=["all"])
            assert verifier.verify(tokens.access_token)["scope"] == "all"

    before = len(os.listdir("/proc/self/task"))
    run_in_threads(64, work)
    deadline = time.monotonic() + 5
    while len(os.listdir("/proc/self/task")) > before and time.monotonic() < deadline:
        time.sleep(0.01)  # A joined thread takes a moment to leave /proc.
    assert len(os.listdir("/proc/self/task")) <= before


def test_the_synchronous_api_starts_no_thread(script: Script, issuer: str) -> None:
    script("""
        import os, sys
        from ferroauth import Client, Service, Verifier
        from conftest import CLIENT
        issuer = sys.argv[1]
        client = Client(Service.discover(issuer), **CLIENT)
        verifier = Verifier(issuer=issuer, audience="my-api")
        for _ in range(20):
            verifier.verify(client.client_credentials().access_token)
            assert os.listdir("/proc/self/task") == [str(os.getpid())]
    """, issuer)


def test_other_threads_run_during_a_call(service: Service, provider: str) -> None:
    """The token endpoint of this issuer waits 5 s; the main thread must not."""
    slow = Client(Service.from_json(service.to_json().replace("/main", "/slow")), **CLIENT)
    waiting = threading.Thread(target=slow.client_credentials)
    waiting.start()
    turns = 0
    while waiting.is_alive() and turns < 1000:
        turns += 1
        waiting.join(0.001)
    assert turns == 1000
    waiting.join(20)
    assert not waiting.is_alive()


def test_ctrl_c_interrupts_a_blocking_call(script: Script, provider: str) -> None:
    done = script("""
        import os, signal, sys, threading, time
        from ferroauth import Client, Service
        from conftest import CLIENT
        client = Client(Service.discover(sys.argv[1] + "/slow"), **CLIENT)
        sent = []
        def interrupt():
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGINT)
        timer = threading.Timer(0.3, interrupt)
        timer.start()
        try:
            client.client_credentials()
        except KeyboardInterrupt:
            print(time.monotonic() - sent[0])
        timer.join()
        # The client is as good as before.
        fast = Client(Service.discover(sys.argv[1] + "/main"), **CLIENT)
        assert fast.client_credentials().access_token
    """, provider)
    # Promised are 100 ms; the rest is for a machine that does other things as well.
    assert float(done.stdout) < 1.0


def test_a_signal_handler_that_raises_ends_the_call_with_its_exception(script: Script, provider: str) -> None:
    script("""
        import signal, sys
        from ferroauth import Client, Service
        from conftest import CLIENT
        client = Client(Service.discover(sys.argv[1] + "/slow"), **CLIENT)
        class Alarm(Exception):
            pass
        def ring(*_):
            raise Alarm
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            client.client_credentials()
        except Alarm:
            pass
        else:
            raise SystemExit("not interrupted")
    """, provider)


def test_an_api_answers_503_while_another_token_with_a_password_is_decrypted() -> None:
    """One at a time in a process: who sends many of them must not keep all of its processors busy."""
    password = EncryptionKey.from_secret("a password that people share", "PBES2-HS256+A128KW")
    key = HmacKey("s" * 32)
    signed = Signer(key, algorithm="HS256").sign({"sub": "42"}, lifetime=600)

    def request(iterations: int) -> dict[str, str]:
        encrypter = Encrypter(password, "A128GCM", pbes2_iterations=iterations)
        return {"Authorization": f"Bearer {encrypter.encrypt(signed, content_type='JWT')}"}

    decrypter = Decrypter(password, encryptions=["A128GCM"], pbes2_max_iterations=1_200_000)
    api = ResourceServer(Verifier(issuer=None, audience=None, key=key, algorithms=["HS256"], decrypter=decrypter))
    cheap, costly = request(1000), request(1_200_000)
    assert api.authenticate_now(cheap)

    seen = threading.Event()

    def open_the_costly_one() -> None:
        # The turn may be that of a cheap token; and on a machine that is busy itself the other thread may miss one.
        granted = 0
        while granted < 50 and not seen.is_set():
            granted += bool(api.authenticate_now(costly))

    thread = threading.Thread(target=open_the_costly_one)
    thread.start()
    denied = None
    while denied is None and thread.is_alive():
        answer = api.authenticate_now(cheap)
        # Before the other thread has its turn, the cheap token is simply good.
        denied = answer if isinstance(answer, Denial) else None
    seen.set()
    thread.join(30)
    assert not thread.is_alive()
    assert denied is not None
    assert (denied.status, getattr(denied.error, "code", None)) == (503, "token.busy")
    assert "WWW-Authenticate" not in denied.headers
    assert api.authenticate_now(cheap)
