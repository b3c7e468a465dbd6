"""Encodings that the suite is written in, and the case list that the files are written from."""

import base64
import json
import pathlib

HERE = pathlib.Path(__file__).parent
KEYS = json.loads((HERE / "keys.json").read_text())
NOW = 1_700_000_000


def b64(data):
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(unb64(text), "big")


def dumps(value):
    """Compact JSON in the order given."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def public(name, **members):
    """The public JWK of a test key; a member given as None is left out."""
    out = {k: v for k, v in KEYS[name]["jwk"].items() if k not in ("d", "p", "q", "dp", "dq", "qi")} | members
    return {k: v for k, v in out.items() if v is not None}


def pem(name, form):
    return KEYS[name]["pem"][form]


def der(name, form):
    return base64.b64decode("".join(pem(name, form).splitlines()[1:-1]))


def repeat(text, times):
    """Text that the runner builds: too long to be written down."""
    return {"repeat": text, "times": times}


def concat(*parts):
    return {"concat": list(parts)}


class Suite:
    """The cases of one file."""

    def __init__(self, about):
        self.about = about
        self.cases = []

    def case(self, name, operation, given, expect, about=None, needs=None):
        """Adds a case; the name begins with its threat row. `expect` is a code, or what is returned. `needs`: an algorithm that one of
        the core's two backends lacks."""
        case = {"id": name, "threat": name.split("-")[0], "operation": operation, "given": given}
        if needs:
            case["needs"] = needs
        if about:
            case["about"] = about
        case["expect"] = {"error": expect} if isinstance(expect, str) else {"ok": expect}
        self.cases.append(case)

    def text(self):
        """The file: one case a line, so that a change shows as the cases it touches."""
        lines = ",\n".join("  " + json.dumps(case, ensure_ascii=True) for case in self.cases)
        return f'{{\n "about": {json.dumps(self.about)},\n "cases": [\n{lines}\n ]\n}}\n'
