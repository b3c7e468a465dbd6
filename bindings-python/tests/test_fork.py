"""Forks: a client that was built and used before a fork works in every child (J2)."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Script = Callable[..., subprocess.CompletedProcess[str]]

PARENT = """
import os, sys
from ferroauth import Client, Service, Verifier
from conftest import CLIENT
issuer = sys.argv[1]
client = Client(Service.discover(issuer), **CLIENT)
verifier = Verifier(issuer=issuer, audience="my-api")

def use():
    tokens = client.client_credentials(scopes=["all"])
    assert verifier.verify(tokens.access_token)["scope"] == "all"
    assert client.introspect(tokens.access_token).active
    assert os.listdir("/proc/self/task") == [str(os.getpid())]

use()
"""


def test_os_fork_after_use(script: Script, issuer: str) -> None:
    script(PARENT + """
children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            use()
            grandchild = os.fork()
            if grandchild == 0:
                use()
                os._exit(0)
            status = os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1])
        finally:
            os._exit(status)
    children.append(child)
use()
assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 8
use()
""", issuer, timeout=40)


def test_fork_while_other_threads_are_in_calls(script: Script, issuer: str) -> None:
    """Whatever locks the parent's threads hold at the fork, the child does not wait for them."""
    script(PARENT + """
import threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns about just this
stop = threading.Event()

def busy():
    while not stop.is_set():
        verifier.verify(client.client_credentials(scopes=["all"]).access_token)

threads = [threading.Thread(target=busy) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(10):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            use()
            status = 0
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
stop.set()
for thread in threads:
    thread.join()
""", issuer, timeout=40)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing(script: Script, issuer: str, method: str, tmp_path: Path) -> None:
    program = tmp_path / "pool.py"
    program.write_text(PARENT.replace("sys.argv[1]", repr(issuer)) + f"""
def work(number):
    use()
    return number * 2

if __name__ == "__main__":
    import multiprocessing
    with multiprocessing.get_context("{method}").Pool(4) as pool:
        assert pool.map(work, range(8), chunksize=1) == [n * 2 for n in range(8)]
    use()
""")
    script(str(program), timeout=55)


def test_random_state_is_not_shared_with_children(script: Script) -> None:
    script("""
        import os
        from ferroauth import Pkce
        seen = {Pkce.generate().verifier for _ in range(100)}
        for _ in range(4):
            reader, writer = os.pipe()
            if os.fork() == 0:
                os.write(writer, "\\n".join(Pkce.generate().verifier for _ in range(100)).encode())
                os._exit(0)
            os.close(writer)
            with open(reader) as pipe:
                seen.update(pipe.read().split())
            os.wait()
        assert len(seen) == 500
    """)
