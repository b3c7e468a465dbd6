"""The host carries the traffic itself: the same operations, step by step, here with requests (pip install requests).

    ISSUER=https://idp.example.com CLIENT_ID=abc CLIENT_SECRET=.. python host_driven.py
"""

import json
import os
import time
from collections.abc import Mapping
from typing import Any, TypeVar

import requests

from ferroauth import Client, Flow, Service

T = TypeVar("T")


def send(session: requests.Session, http: Mapping[str, Any]) -> dict[str, Any]:
    """Carries one request: {method, url, headers, body, timeout_ms} to {status, headers, body}."""
    print(http["method"], http["url"].partition("?")[0])
    try:
        response = session.request(
            http["method"],
            http["url"],
            headers=http["headers"],
            data=http["body"],
            timeout=http["timeout_ms"] / 1000,
            allow_redirects=False,
        )
    except requests.exceptions.SSLError:
        return {"failure": "tls"}
    except requests.exceptions.Timeout:
        return {"failure": "timeout"}
    except requests.exceptions.RequestException:
        return {"failure": "connect"}
    return {"status": response.status_code, "headers": response.headers, "body": response.content}


def carry(session: requests.Session, flow: Flow[T]) -> T:
    """Runs a flow to its end."""
    step = flow.advance()
    while not step.done:
        if step.sleep is not None:
            time.sleep(step.sleep / 1000)
            step = flow.advance()
        else:
            step = flow.advance(send(session, step.http))
    return step.result


def main() -> None:
    with requests.Session() as session:
        service = carry(session, Service.flow.discover(os.environ["ISSUER"]))
        client = Client(
            service, client_id=os.environ["CLIENT_ID"], client_secret=os.environ["CLIENT_SECRET"]
        )
        tokens = carry(session, client.flow.client_credentials())
        print("a token for", " ".join(tokens.scopes) or "no scope")
        print("active:", json.dumps(carry(session, client.flow.introspect(tokens.access_token)).active))
        carry(session, client.flow.revoke(tokens.access_token))
        print("active:", json.dumps(carry(session, client.flow.introspect(tokens.access_token)).active))


if __name__ == "__main__":
    main()
