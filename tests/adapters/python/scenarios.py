"""Plays the shared scenarios: the flow's steps are answered from the script, without a socket."""

import json
from urllib.parse import parse_qsl

from ferroauth import ResourceServer, Service

import objects
import sessions
from objects import text


class Departure(Exception):
    """The exchanges are not those of the script."""


class World:
    """What the calls of one scenario share."""

    def __init__(self, given):
        self.given = given
        self.pending = self.sealed = self._client = self._verifier = None
        self.telling = None  # what has the events of the last call: a flow, or a pending authorization

    @property
    def client(self):
        if self._client is None:
            self._client = objects.client(self.given["service"], self.given["client"], self.given)
        return self._client

    @property
    def verifier(self):
        if self._verifier is None:
            self._verifier = self.new_verifier(self.given)
        return self._verifier

    def new_verifier(self, given):
        parts = self.given["verifier"]
        return objects.verifier(parts["config"], parts["keys"], given)


def options(given, *names):
    return {name: given[name] for name in names if name in given}


def authenticate(world, given):
    fields = [text(field) for field in given["authorization"]]
    guard = ResourceServer(world.verifier, realm=given.get("realm"))
    flow = guard.flow.authenticate([("authorization", field) for field in fields], scopes=given["scopes"])
    return flow, lambda answer: objects.decision_value(answer, fields)


# What talks to the provider: a flow, and how its result is compared.
FLOWS = {
    "authenticate": authenticate,
    "discover": lambda world, given: (Service.flow.discover(given["issuer"]), objects.service_value),
    "verify": lambda world, given: (world.verifier.flow.verify(text(given["token"])), objects.claims_value),
    "finish_authorization": lambda world, given: (
        world.client.flow.finish_authorization(world.pending, objects.callback(given["callback"]), **options(given, "origin", "session", "response_mode")),
        objects.tokens_value),
    "push_authorization": lambda world, given: (world.client.flow.push_authorization(**given), lambda pending: pushed(world, pending)),
    "refresh": lambda world, given: (
        world.client.flow.refresh(text(given["token"]), **options(given, "scopes", "resource", "id_token", "subject")), objects.tokens_value),
    "introspect": lambda world, given: (
        world.client.flow.introspect(text(given["token"]), **options(given, "token_type_hint")), dict),
    "revoke": lambda world, given: (
        world.client.flow.revoke(text(given["token"]), **options(given, "token_type_hint")), lambda nothing: {}),
    "userinfo": lambda world, given: (
        world.client.flow.userinfo(text(given["token"]), **options(given, "subject")), dict),
} | sessions.FLOWS


def operation(world, call):
    """Any other name is a method of the client: `positional` says which members of `given` come first."""
    begin = getattr(world.client.flow, call["operation"], None)
    if begin is None:
        raise Departure(f"an unknown operation {call['operation']}")
    given = objects.resolved(call["given"])
    given |= {name: kind.restore(json.dumps(given[name])) for name, kind in objects.STORED.items() if name in given}
    first = [given.pop(name) for name in call.get("positional", ())]
    return begin(*first, **given), lambda result: objects.result_value(result, call["expect"])


def begin_authorization(world, given):
    world.pending = world.telling = world.client.begin_authorization(**given["options"])
    return objects.pending_value(world.pending)


def pushed(world, pending):
    world.pending = pending
    return objects.pending_value(pending)


def dpop_proof(world, given):
    return {"proof": world.client.dpop_proof(given["method"], given["url"], **options(given, "access_token", "nonce"))}


def remember_dpop_nonce(world, given):
    world.client.remember_dpop_nonce(given["url"], given["nonce"])
    return {}


def seal(world, given):
    world.sealed = world.pending.seal(objects.keyring([given["key"]]))
    return {}


def open_(world, given):
    if options(given, "now", "client", "service"):
        merged = world.given | given
        world._client = objects.client(merged["service"], merged["client"], merged)
    world.pending = world.telling = world.client.open_pending(world.sealed, objects.keyring([given["key"]]))
    return {"state": world.pending.state}


def clock(world, given):
    world.verifier._set_testing_clock(given["now"])
    return {}


def verify_now(world, given):
    return objects.claims_value(world.verifier.verify_now(text(given["token"])))


def import_keys(world, given):
    world.verifier.import_keys(text(given["text"]))
    return {}


def export_import(world, given):
    exported = world.verifier.export_keys()
    world._verifier = world.new_verifier(given)
    world.verifier.import_keys(exported)
    return {}


LOCAL = {
    "begin_authorization": begin_authorization, "seal": seal, "open": open_, "clock": clock, "verify_now": verify_now,
    "import_keys": import_keys, "export_import": export_import, "dpop_proof": dpop_proof, "remember_dpop_nonce": remember_dpop_nonce,
    "authorization_headers": lambda world, given: world.client.authorization_headers(given["token"], given["method"], given["url"]),
} | sessions.LOCAL


def perform(world, call, script):
    """Does a call; `script` loses the exchanges that took place."""
    name, given = call["operation"], call["given"]
    if name in LOCAL:
        return LOCAL[name](world, given)
    flow, convert = FLOWS[name](world, given) if name in FLOWS else operation(world, call)
    world.telling = flow
    step = flow.advance()
    while not step.done:
        if not script:
            raise Departure(f"a further request {step.http and step.http['url']}")
        exchange = script.pop(0)
        if step.http is None:
            if exchange.get("sleep") not in (True, step.sleep / 1000):
                raise Departure(f"a sleep of {step.sleep} ms")
            step = flow.advance()
            continue
        check(step.http, exchange["request"])
        step = flow.advance(answer(exchange["reply"]))
    return convert(step.result)


def check(request, wanted):
    """Compares a request with the script."""
    if (request["method"], request["url"]) != (wanted["method"], wanted["url"]):
        raise Departure(f"{request['method']} {request['url']} expected {wanted['url']}")
    sent = {name.lower(): value for name, value in request["headers"].items()}
    for name, value in wanted["headers"].items():
        if sent.get(name) != value:
            raise Departure(f"the header {name}: {sent.get(name)}")
    if "json" in wanted:
        if json.loads(request["body"] or b"null") != wanted["json"]:
            raise Departure(f"the body {request['body']} expected {wanted['json']}")
        return
    form = sorted(parse_qsl((request["body"] or b"").decode(), keep_blank_values=True))
    # A list is a parameter that is sent more than once.
    expected = [(name, one) for name, value in wanted.get("form", {}).items() for one in (value if isinstance(value, list) else [value])]
    if form != sorted(expected):
        raise Departure(f"the form {form} expected {wanted.get('form')}")


def answer(reply):
    if "failure" in reply:
        return {"failure": reply["failure"]}
    return {"status": reply["status"], "headers": reply["headers"], "body": objects.data(reply["body"])}


def play(scenario, difference):
    """Plays a scenario; returns what departs from it, or None."""
    world = World(scenario["given"])
    for number, call in enumerate(scenario["calls"]):
        script = list(call.get("exchanges", ()))
        world.telling = None
        try:
            wrong = difference(call["expect"], lambda: perform(world, call, script))
        except Departure as departure:
            wrong = str(departure)
        if wrong is None and script:
            wrong = f"no request to {script[0]['request']['url']}"
        if wrong is None and "events" in call:
            wrong = difference({"ok": call["events"]}, lambda: [event.to_dict() for event in world.telling.events] if world.telling else [])
        if wrong is not None:
            return f"{wrong} (call {number})"
    return None
