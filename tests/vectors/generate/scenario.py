"""Building blocks of the scripted exchanges."""

import base64
import hashlib
import json
from urllib.parse import quote_plus

from encoding import NOW, Suite, b64, dumps, public
from provider import CLIENT, ENTROPY, ISSUER, NONCE, STATE, VERIFIER, client, service
from tokens import token

FORM = "application/x-www-form-urlencoded"
CALLBACK = f"https://app.example.com/callback?code=c0de&state={STATE}"
KEY_SET = dumps({"keys": [public("p256", kid="k1", use="sig", alg="ES256")]})


def basic(user="abc", secret="s3cret"):
    """RFC 6749 section 2.3.1: both parts form-encoded, then joined."""
    encode = lambda text: quote_plus(text, safe="*-._").replace("~", "%7E")
    return "Basic " + base64.b64encode(f"{encode(user)}:{encode(secret)}".encode()).decode()


def reply(value, status=200, content_type="application/json", **headers):
    """A response: objects become JSON, everything else is the body as it stands."""
    body = value if isinstance(value, str) or (isinstance(value, dict) and set(value) & {"concat", "repeat", "base64url"}) else dumps(value)
    fields = {"content-type": content_type} if content_type else {}
    return {"status": status, "headers": fields | {k.replace("_", "-"): v for k, v in headers.items()}, "body": body}


def failure(kind):
    return {"failure": kind}


def get(url, answer, **headers):
    return {"request": {"method": "GET", "url": url, "headers": headers}, "reply": answer}


def post(url, form, answer, authorization=basic()):
    request = {"method": "POST", "url": url, "headers": {"content-type": FORM, "authorization": authorization}, "form": form}
    return {"request": request, "reply": answer}


def exchange(answer, code="c0de", authorization=basic(), **more):
    """The token request of the authorization code grant."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CLIENT["redirect_uri"], "code_verifier": VERIFIER}
    return post(f"{ISSUER}/token", form | more, answer, authorization)


def keys(answer=None):
    return get(f"{ISSUER}/jwks", answer or reply(KEY_SET))


def tokens(**changed):
    """A token reply with changes; a member given as `...` is left out."""
    usual = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "rt-1", "scope": "email"}
    return {k: v for k, v in (usual | changed).items() if v is not ...}


def half_hash(text):
    return b64(hashlib.sha256(text.encode()).digest()[:16])


def id_token(header=None, key="p256", algorithm="ES256", **changed):
    """A signed ID token; a claim given as `...` is left out."""
    usual = {"iss": ISSUER, "sub": "user-1", "aud": "abc", "exp": NOW + 300, "iat": NOW - 5, "nonce": NONCE}
    claims = {k: v for k, v in (usual | changed).items() if v is not ...}
    return token(claims, {"alg": algorithm, "kid": "k1"} if header is None else header, algorithm, key)


def operation(name, positional=(), expect=None, exchanges=(), **given):
    """One call of the client's method of this name: the arguments that `positional` names, then the others by name."""
    return call(name, expect, exchanges, **given) | {"positional": list(positional)}


def sleep(seconds=True):
    """A wait, in place of an exchange: of so many seconds, or of whatever length."""
    return {"sleep": seconds}


def call(operation, expect=None, exchanges=(), **given):
    """One call. `expect` is a code, a pair of code and error members, or what is returned."""
    out = {"operation": operation, "given": given}
    if exchanges:
        out["exchanges"] = list(exchanges)
    if isinstance(expect, tuple):
        out["expect"] = {"error": expect[0], "members": expect[1]}
    elif isinstance(expect, str):
        out["expect"] = {"error": expect}
    else:
        out["expect"] = {"ok": {} if expect is None else expect}
    return out


def begin(*scopes, **options):
    return call("begin_authorization", {"state": STATE}, options={"scopes": list(scopes)} | options)


def finish(expect, *exchanges, callback=CALLBACK):
    return call("finish_authorization", expect, exchanges, callback=callback)


class Scenarios(Suite):
    """The scenarios of one file."""

    def client(self, name, *calls, service_text=None, now=NOW, **changed):
        """A scenario about a client."""
        given = {"now": now, "entropy": ENTROPY, "service": service_text or service(now), "client": client(**changed)}
        self.add(name, given, calls)

    def add(self, name, given, calls):
        """Adds a scenario; its name begins with its threat row."""
        self.cases.append({"id": name, "threat": name.split("-")[0], "given": given, "calls": list(calls)})

    def text(self):
        lines = ",\n".join("  " + json.dumps(case, ensure_ascii=True) for case in self.cases)
        return f'{{\n "about": {json.dumps(self.about)},\n "cases": [\n{lines}\n ]\n}}\n'
