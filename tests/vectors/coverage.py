"""Which threat is covered by how many cases, and where: one line per row of the threat list.

    python3 tests/vectors/coverage.py

Fails if a row that this project has taken on has no case. A row whose subject no shared case can reach (sockets,
certificates, forks, handles) names the tests that reach it, and those names must still be in their files.
"""

import collections
import json
import pathlib
import sys

import advisories

TESTS = pathlib.Path(__file__).resolve().parents[1]
ROWS = {
    "A": range(1, 19), "B": [*range(1, 8), 8, 9, 10, 11, 12, 13, *range(14, 20), 21], "C": range(1, 13), "D": range(1, 7), "E": range(1, 13),
    "F": [number for number in range(1, 18) if number != 11], "H": [1, 2, 3, 4, 5], "J": [1, 2, 9, 12],
}
# Rows of these families that are not due, and why: nothing here keeps an access token or a refresh token, so nothing could refresh one twice.
LATER = {"F11": "one refresh for all callers is the store's business; without it the loss of a rotated token is said (fault 30)"}
TABLE = "tests/faults/table.py"
FAULTS, PHP = "core/tests/drivers_faults.rs", "bindings-php-ffi/tests/cases"
PYTHON, NODE = "bindings-python/tests", "bindings-node/test"
ELSEWHERE = {
    "E2": [(TABLE, "name of a private address"), (TABLE, "another address at the second lookup"), (FAULTS, "private_addresses_are_refused_before_anything_is_sent"), ("core/src/flow/address.rs", "private_addresses_are_recognised_in_every_spelling")],
    "E3": [(TABLE, "redirect to another host"), (TABLE, "redirect to http"), (TABLE, "redirect loop"), (FAULTS, "redirects_are_handed_over_and_not_followed")],
    "E4": [(TABLE, "TLS: certificate expired"), (TABLE, "TLS: certificate for another name"), (TABLE, "TLS: self-signed certificate"), (TABLE, "TLS: the server chooses 1.1"), (TABLE, "TLS: authority's name constraints broken"), ("core/tests/drivers_tls.rs", "bad_certificates_are_refused_with_the_reason"), ("core/tests/drivers_tls.rs", "trust_of_one_policy_does_not_leak_into_another")],
    "E5": [("tests/faults/hosts.py", "a proxy that nobody asked for (threat E5)"), ("core/tests/drivers_proxy.rs", "the_environments_proxies_are_used_on_request_only")],
    "E6": [(TABLE, "chunks without end"), (TABLE, "Content-Length too long"), (TABLE, "gzip bomb"), (TABLE, "HTML with 200"), (TABLE, "JSON array in place of an object"), (FAULTS, "oversized_bodies_are_cut_off"), (FAULTS, "the_limit_counts_decoded_bytes"), (FAULTS, "contradictory_framing_is_a_protocol_failure")],
    "E7": [(TABLE, "connect hangs"), (TABLE, "headers at a byte a second"), (TABLE, "stall after the headers"), (TABLE, "half-closed after the whole reply"), (FAULTS, "slow_servers_meet_the_deadline"), ("core/tests/drivers_tls.rs", "a_handshake_that_stalls_meets_the_deadline")],
    "E8": [(TABLE, "429, Retry-After of 30 years"), (TABLE, "500, then 200"), (TABLE, "204"), ("core/tests/drivers_blocking.rs", "a_post_on_a_dying_connection_is_never_sent_again"), ("core/tests/drivers_blocking.rs", "a_get_is_not_repeated_for_ever")],
    "E9": [(TABLE, "it must go on with the last good one"), ("core/tests/single_flight.rs", "a_crowd_at_the_first_token_causes_one_fetch"), ("core/tests/single_flight.rs", "a_flood_of_unknown_key_ids_causes_one_fetch_per_cooldown")],
    "E12": [(TABLE, "1,000 header fields"), (TABLE, "header block of 1 MB"), (TABLE, "HTTP/2 without being asked"), (FAULTS, "oversized_header_blocks_are_refused")],
    "F14": [(TABLE, "After these a wait goes on, more slowly (RFC 8628 section 3.5), until no further request would be in time."),
            ("core/src/client/polling.rs", "nothing is asked after the deadline (threat F14)")],
    "F13": [(TABLE, "401 for ever, to a client with DPoP")],
    "J1": [(f"{PYTHON}/test_errors.py", "test_ten_thousand_panics_are_internal_errors"), (f"{NODE}/surface.test.mjs", "a panic in the extension becomes an InternalError, ten thousand times"),
           (f"{PHP}/arguments.php", "panics are contained, ten thousand times"), ("core/tests/drivers_worker.rs", "panics_stay_inside")],
    "J2": [(f"{PYTHON}/test_fork.py", "test_os_fork_after_use"), (f"{PYTHON}/test_gunicorn.py", "test_preloaded_workers_all_serve"),
           (f"{NODE}/process.test.mjs", "cluster: four workers use a client while the primary has used its own"),
           (f"{PHP}/fork.php", "a client used before the fork is used in the child and after it in the parent"), (f"{PHP}/fpm.php", "with the default ffi.enable=preload and preloading")],
    "J9": [(f"{PHP}/handles.php", "a hundred thousand random operations"), (f"{PHP}/handles.php", "closing is idempotent, and a closed handle stays closed")],
    "J12": [(f"{PYTHON}/test_arguments.py", "test_bad_arguments_meet_documented_exceptions"), (f"{PHP}/arguments.php", "every export survives every bad text and handle"),
            (f"{NODE}/arguments.test.mjs", "every export is covered here or has no constructor")],
}
ENOUGH = 3


def tally():
    """Row to (vectors, scenarios, accepted, refused); a scenario counts as refused if any of its calls is."""
    counts = collections.defaultdict(lambda: [0, 0, 0, 0])
    for column, folder in enumerate(("vectors", "scenarios")):
        for file in sorted((TESTS / folder).glob("*.json")):
            for case in json.loads(file.read_text()).get("cases", ()):
                expects = [call["expect"] for call in case["calls"]] if "calls" in case else [case["expect"]]
                row = counts[case["threat"]]
                row[column] += 1
                # A denial is returned and not raised, and refuses all the same.
                row[3 if any("error" in expect or expect["ok"].get("granted") is False for expect in expects) else 2] += 1
    return counts


def main():
    counts, faults = tally(), []
    rows = [f"{family}{number}" for family, numbers in ROWS.items() for number in numbers]
    print(f"{'row':<9}{'vectors':>8}{'scenarios':>10}{'accepted':>9}{'refused':>8}   elsewhere")
    for row in rows + sorted(set(counts) - set(rows)):
        vectors, scenarios, accepted, refused = counts.get(row, (0, 0, 0, 0))
        tests = ELSEWHERE.get(row, ())
        for file, name in tests:
            path = TESTS.parent / file
            # An apostrophe may be escaped in the source.
            if not path.exists() or name not in path.read_text().replace("\\'", "'"):
                faults.append(f"{row}: {file} has no test '{name}'")
        if vectors + scenarios < ENOUGH and not tests and row in rows:
            faults.append(f"{row}: {vectors + scenarios} cases, and no test elsewhere")
        where = ", ".join(f"{file.rsplit('/', 1)[1]}: {name}" for file, name in tests)
        print(f"{row:<9}{vectors:>8}{scenarios:>10}{accepted:>9}{refused:>8}   {where}".rstrip())
    for family in ROWS:
        accepted, refused = (sum(row[i] for name, row in counts.items() if name.startswith(family)) for i in (2, 3))
        if family != "J" and not (accepted and refused):
            faults.append(f"{family}: accepted {accepted}, refused {refused}: a library that does the same with everything would pass")
    for row, reason in LATER.items():
        print(f"{row:<9}not due: {reason}")
    total = [sum(row[i] for row in counts.values()) for i in range(4)]
    print(f"{'all':<9}{total[0]:>8}{total[1]:>10}{total[2]:>9}{total[3]:>8}")
    faults += advisories.faults()
    for fault in faults:
        print(f"missing: {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
