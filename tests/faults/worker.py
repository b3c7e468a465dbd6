"""The Python host of the fault runner: does one operation for each line of standard input. `worker.py sync|aio`."""

import asyncio
import json
import sys
import time

import ferroauth
import ferroauth.aio
from ferroauth import BackchannelAuthentication, DeviceAuthorization, FerroauthError, NetworkOptions, Registration

REDIRECT_URI = "https://app.example.com/callback"
VARIANT = sys.argv[1]
# Both variants have the same names; what the blocking one returns is awaited as it is.
API = ferroauth.aio if VARIANT == "aio" else ferroauth


async def settled(value):
    return await value if VARIANT == "aio" else value


def network(cell, call):
    # Another deadline each time, so that no host takes an object of the call before.
    options = cell["network"] | {"timeout_ms": cell["network"]["timeout_ms"] + call}
    return NetworkOptions(**options)


async def discovery(cell):
    async def once(call):
        await settled(API.Service.discover(cell["issuer"], network=network(cell, call), testing=cell["testing"]))

    return once


async def verification(cell):
    verifier = API.Verifier(issuer=cell["issuer"], audience="api", jwks_uri=cell["jwks_uri"], network=network(cell, 0), testing=cell["testing"])
    if cell["keys"] is not None:
        verifier.import_keys(cell["keys"])
    inner = getattr(verifier, "_verifier", verifier)

    async def once(call):
        if cell["testing"] is not None:
            inner._set_testing_clock(cell["testing"]["now"] + call * cell["advance"])
        await settled(verifier.verify(cell["jwt"]))

    return once


async def client(cell):
    service = ferroauth.Service.from_json(cell["service"])
    client = API.Client(service, client_id="app", client_secret=cell["secret"], redirect_uri=REDIRECT_URI, **cell["client"])

    async def token(call):
        pending = client.begin_authorization()
        return await settled(client.finish_authorization(pending, f"{REDIRECT_URI}?code={cell['token']}&state={pending.state}"))

    return {
        "token": token,
        "refresh": lambda call: settled(client.refresh(cell["token"])),
        "introspection": lambda call: settled(client.introspect(cell["token"])),
        "revocation": lambda call: settled(client.revoke(cell["token"])),
        "userinfo": lambda call: settled(client.userinfo(cell["token"])),
        "pushed": lambda call: settled(client.push_authorization()),
        "exchange": lambda call: settled(client.exchange_token(cell["token"], subject_token_type="access_token")),
        "device": lambda call: settled(client.device_authorization()),
        "devicepoll": lambda call: settled(client.poll_device_token(DeviceAuthorization.restore(cell["begun"]))),
        "devicewait": lambda call: settled(client.device_token(DeviceAuthorization.restore(cell["begun"]))),
        "backchannel": lambda call: settled(client.backchannel_authentication(scopes=["openid"], id_token_hint=cell["token"])),
        "cibapoll": lambda call: settled(client.poll_backchannel_token(BackchannelAuthentication.restore(cell["begun"]))),
        "cibawait": lambda call: settled(client.backchannel_token(BackchannelAuthentication.restore(cell["begun"]))),
    }[cell["operation"]]


async def registration(cell):
    service = API.Service.from_json(cell["service"])
    metadata = {"redirect_uris": [REDIRECT_URI]}
    registered = Registration.from_json(cell["registration"])
    # The asynchronous operations are functions over a service, which is the same object for both.
    of = ferroauth.aio.Service if VARIANT == "aio" else ferroauth.Service
    return {
        "register": lambda call: settled(of.register(service, metadata, initial_access_token=cell["token"])),
        "update": lambda call: settled(of.update_registration(service, registered, metadata)),
        "delete": lambda call: settled(of.delete_registration(service, registered)),
    }[cell["operation"]]


async def resource(cell):
    async def once(call):
        await settled(API.ProtectedResource.discover(cell["issuer"], network=network(cell, call), testing=cell["testing"]))

    return once


MAKERS = {"discovery": discovery, "jwks": verification, "keep": verification, "resource": resource, **dict.fromkeys(("register", "update", "delete"), registration)}


async def perform(cell):
    once = await MAKERS.get(cell["operation"], client)(cell)
    result = {"codes": [], "ms": [], "message": "", "retry_after": None, "expires_at": None}
    for call in range(cell["calls"]):
        await asyncio.sleep(cell["pause_ms"] / 1000)
        start = time.monotonic()
        try:
            answer = await once(call)
            result["expires_at"] = getattr(answer, "expires_at", None)
            code = "ok"
        except FerroauthError as error:
            code, result["message"], result["retry_after"] = error.code, f"{error} {error!r}", error.retry_after
        except Exception as error:
            code = f"not typed: {type(error).__name__}: {error}"
        result["ms"].append((time.monotonic() - start) * 1000)
        result["codes"].append(code)
    return result


async def rounds(asked):
    """Many rounds over the cells, of which only those are told that came out otherwise."""
    wrong = []
    for _ in range(asked["rounds"]):
        for cell in asked["cells"]:
            result = await perform(cell)
            if result["codes"] != cell["expected"]:
                wrong.append([cell["id"], result["codes"]])
    return {"wrong": wrong[:20], "count": len(wrong)}


async def main():
    loop = asyncio.get_running_loop()
    while line := sys.stdin.readline() if VARIANT == "sync" else await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        result = await (rounds if "rounds" in asked else perform)(asked)
        print(json.dumps(result), flush=True)


asyncio.run(main())
