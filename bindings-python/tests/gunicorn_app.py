"""The application of test_gunicorn.py: client and verifier are built and used before gunicorn forks."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from conftest import CLIENT
from ferroauth import Client, Service, Verifier

MASTER = os.getpid()
ISSUER = os.environ["TEST_ISSUER"]
CLIENT_OF_ALL = Client(Service.discover(ISSUER), **CLIENT)
VERIFIER_OF_ALL = Verifier(issuer=ISSUER, audience="my-api")
VERIFIER_OF_ALL.verify(CLIENT_OF_ALL.client_credentials(scopes=["all"]).access_token)


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    tokens = CLIENT_OF_ALL.client_credentials(scopes=["all"])
    claims = VERIFIER_OF_ALL.verify(tokens.access_token)
    seen = {
        "pid": os.getpid(),
        "forked": os.getpid() != MASTER,
        "sub": claims["sub"],
        "active": CLIENT_OF_ALL.introspect(tokens.access_token).active,
        "threads": len(os.listdir("/proc/self/task")),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen).encode()]
