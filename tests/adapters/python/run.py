"""The Python adapter of the shared suite: runs every vector and scenario through the installed package.

    run.py [--list] [FILTER]

Prints one line per case and `N passed, N failed`. The adapters of Rust, Node and PHP have the same shape. With FERROAUTH_CASES, a
folder, the cases in it are run instead of the suite's: those of the outside judges.
"""

import json
import os
import pathlib
import sys

import ferroauth
from ferroauth._native import _error_table

import scenarios
import vectors

TESTS = pathlib.Path(__file__).resolve().parents[2]
OTHERS = os.environ.get("FERROAUTH_CASES")
# A Python exception where the language itself refuses the call.
LANGUAGE = {"missing argument": TypeError}


def load(folder):
    """The cases of every file of a folder, in the order of the files' names."""
    files = sorted((pathlib.Path(OTHERS) if OTHERS else TESTS / folder).glob("*.json"))
    return [case for file in files for case in json.loads(file.read_text("utf-8")).get("cases", ())]


def covers(wanted, found):
    """Whether `found` has everything that `wanted` has; lists must be equal in length."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(k in found and covers(v, found[k]) for k, v in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(wanted) == len(found) and all(map(covers, wanted, found))
    return wanted == found and isinstance(wanted, bool) == isinstance(found, bool)


def error_difference(error, expect, rows):
    """Compares an exception with the expected code and with its row of the error table."""
    row = rows.get(error.code)
    if row is None:
        return f"{error.code}, which is not in errors.json"
    found = {"number": error.number, "class": type(error).__name__, "category": error.category,
             "status": error.http_status, "retryable": error.retryable}
    wrong = [f"{name} {value!r}" for name, value in found.items() if row[name] != value]
    members = expect.get("members", {})
    wrong += [f"{name} {getattr(error, name)!r}" for name, value in members.items() if getattr(error, name) != value]
    if wrong or expect.get("error") not in (error.code, "any"):
        return f"{error.code} {' '.join(wrong)} ({error})"
    return None


def difference(expect, operation, rows):
    """What an operation came to, where that is not what is expected; else None."""
    try:
        value = operation()
    except ferroauth.FerroauthError as error:
        return error_difference(error, expect, rows)
    except TypeError as error:
        kind = LANGUAGE.get(expect.get("or"))
        return None if kind and isinstance(error, kind) else f"TypeError {error}"
    return None if "ok" in expect and covers(expect["ok"], value) else str(value)[:300]


def error_class(row):
    """Checks the class of one row of the error table."""
    kind = getattr(ferroauth, row["class"], None)
    if kind is None or not issubclass(kind, ferroauth.FerroauthError):
        return f"no exception {row['class']}"
    parents = {"ExpiredTokenError": ferroauth.TokenError, "KeySetNotLoadedError": ferroauth.KeySetError}
    return None if issubclass(kind, parents.get(row["class"], kind)) else f"{row['class']} has another parent"


def cases():
    """Every id with the check that belongs to it."""
    table = json.loads((TESTS / "vectors" / "errors.json").read_text())["rows"]
    rows = {row["code"]: row for row in table}
    if not OTHERS:
        yield "errors-the-whole-table", lambda: None if json.loads(_error_table()) == table else "another table"
        for row in table:
            yield f"errors-{row['code']}", lambda row=row: error_class(row)
    for case in load("vectors"):
        def vector(case=case):
            operation = vectors.OPERATIONS.get(case["operation"])
            if operation is None:
                return f"an unknown operation {case['operation']}"
            return difference(case["expect"], lambda: operation(case["given"]), rows)
        yield case["id"], vector
    for case in () if OTHERS else load("scenarios"):
        yield case["id"], lambda case=case: scenarios.play(case, lambda expect, run: difference(expect, run, rows))


def main(arguments):
    if "--list" in arguments:
        print("\n".join(name for name, _ in cases()))
        return 0
    wanted = next((argument for argument in arguments if not argument.startswith("-")), "")
    passed = failed = 0
    for name, check in cases():
        if wanted not in name:
            continue
        try:
            wrong = check()
        except Exception as error:  # an adapter that fails must not end the run
            wrong = f"{type(error).__name__}: {error}"
        if wrong is None:
            passed += 1
            print(f"ok {name}")
        else:
            failed += 1
            print(f"not ok {name} got {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
