"""The Python host of the interop run: does with the installed package what each line of standard input says.

A line is `{"target", "method", "positional", "named"}`: a class of the package or an object that an earlier line returned
(`{"$": handle}`), and what to call on it (`new` makes one). The answer is `{"value"}`, `{"error"}` for an error of the package, or
`{"broken"}` for anything else. The hosts of Node and PHP have the same shape; see ../remote.py for the other end.
"""

import base64
import json
import sys
import traceback
import types
from collections.abc import Mapping
from typing import Any

import ferroauth

objects: dict[str, Any] = {}
PLAIN = (str, int, float, bool, type(None))
READABLE = (types.GetSetDescriptorType, types.MemberDescriptorType, property)


def given(value: Any) -> Any:
    """An argument: plain data, bytes, an earlier object, or a call whose result is meant."""
    if isinstance(value, list):
        return [given(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "$" in value:
        return objects[value["$"]]
    if "bytes" in value:
        return base64.b64decode(value["bytes"])
    if "make" in value:
        return call(value["make"])
    return {name: given(one) for name, one in value.items()}


def call(line: dict[str, Any]) -> Any:
    target = line["target"]
    target = getattr(ferroauth, target) if isinstance(target, str) else objects[target["$"]]
    if line["method"] != "new":
        for name in line["method"].split("."):
            target = getattr(target, name)
    return target(*map(given, line["positional"]), **{name: given(one) for name, one in line["named"].items()})


def shown(value: Any, outermost: bool = True) -> Any:
    """A result as plain data; what is no plain data has its readable members, its items, and a handle."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, (list, tuple)):
        return [shown(one, outermost) for one in value]
    if isinstance(value, (bytes, bytearray)):
        return _text(bytes(value))
    if type(value) is dict:
        return {name: shown(one, False) for name, one in value.items()}
    kind = type(value)
    names = [name for name in dir(kind) if not name.startswith("_") and isinstance(getattr(kind, name), READABLE)]
    members = {name: shown(getattr(value, name), False) for name in (*names, *getattr(value, "__dict__", ())) if name != "flow"}
    if isinstance(value, Mapping):
        members |= {name: shown(one, False) for name, one in value.items()}
    if outermost:
        members["$"] = f"h{len(objects)}"
        objects[members["$"]] = value
    return members


def _text(value: bytes) -> str:
    """Bytes as text where they are text, else in base64."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()


def answer(line: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": shown(call(line))}
    except ferroauth.FerroauthError as error:
        return {"error": {"code": error.code, "class": type(error).__name__, "oauth_error": error.oauth_error, "message": str(error)}}
    except Exception:  # noqa: BLE001 - the other end reports it as a failure of this host
        return {"broken": traceback.format_exc(limit=4)}


for text in sys.stdin:
    request = json.loads(text)
    if "forget" in request:
        objects.clear()
    print(json.dumps({} if "forget" in request else answer(request)), flush=True)
