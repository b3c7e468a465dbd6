"""Writes the shared vectors and scenarios, or with `--check` tells whether they are as this program writes them.

    python3 tests/vectors/generate/generate.py [--check]

Needs nothing but Python 3.9. The expectations come from the specifications and the threat list, never from the
code under test; `errors.json` alone mirrors a table of that code and is kept by `core/tests/vectors.rs`.
"""

import json
import pathlib
import sys

import algorithms
import challenges
import claims
import client
import compact
import confusion
import confusion_matrix
import cve
import cve_encryption
import encryption
import examples
import examples_encryption
import flow_authentication
import flow_cve
import flow_dpop
import flow_events
import flow_request_objects
import flow_requests
import dpop
import edges
import flow_grants
import flow_guard
import flow_issuers
import flow_keys
import flow_login
import flow_nested
import flow_quirks
import flow_services
import flow_replies
import flow_sessions
import flow_other_grants
import jws
import keyforms
import keymaterial
import keysets
import legacy
import nested
import pending
import postquantum
import profiles
import resource_server
import rfc
import services

TESTS = pathlib.Path(__file__).resolve().parents[2]
VECTORS = {
    "compact": compact,
    "algorithms": algorithms,
    "confusion": confusion,
    "key-material": keymaterial,
    "key-sets": keysets,
    "claims": claims,
    "client": client,
    "pending": pending,
    "resource-server": resource_server,
    "rfc": rfc,
    "confusion-matrix": confusion_matrix,
    "cve": cve,
    "cve-encryption": cve_encryption,
    "examples": examples,
    "examples-encryption": examples_encryption,
    "jws": jws,
    "post-quantum": postquantum,
    "profiles": profiles,
    "dpop": dpop,
    "challenges": challenges,
    "key-forms": keyforms,
    "jwe": encryption,
    "nested": nested,
    "edges": edges,
    "legacy": legacy,
    "services": services,
}
SCENARIOS = {
    "login": flow_login,
    "authentication": flow_authentication,
    "grants": flow_grants,
    "other-grants": flow_other_grants,
    "keys": flow_keys,
    "resource-server": flow_guard,
    "cve": flow_cve,
    "requests": flow_requests,
    "request-objects": flow_request_objects,
    "dpop": flow_dpop,
    "issuers": flow_issuers,
    "nested": flow_nested,
    "quirks": flow_quirks,
    "services": flow_services,
    "replies": flow_replies,
    "sessions": flow_sessions,
    "events": flow_events,
}


def written():
    """Every file that this program owns, with its text."""
    for folder, modules in (("vectors", VECTORS), ("scenarios", SCENARIOS)):
        for name, module in modules.items():
            yield TESTS / folder / f"{name}.json", module.build().text()


def main():
    check, seen, stale, files = "--check" in sys.argv[1:], set(), [], set()
    for path, text in written():
        for case in json.loads(text)["cases"]:
            if case["id"] in seen:
                sys.exit(f"two cases are called {case['id']}")
            seen.add(case["id"])
        files.add(path)
        if check:
            if not path.exists() or path.read_text() != text:
                stale.append(path)
        else:
            path.write_text(text)
    here = {p for folder in ("vectors", "scenarios") for p in (TESTS / folder).glob("*.json")} - {TESTS / "vectors" / name for name in ("errors.json", "outside.json")}
    stale = sorted(stale) + sorted(here - files)
    for path in stale:
        print(f"not as generated: {path.relative_to(TESTS)}")
    print(f"{len(files)} files, {len(seen)} cases{'' if stale else ', up to date' if check else ' written'}")
    sys.exit(1 if stale else 0)


if __name__ == "__main__":
    main()
