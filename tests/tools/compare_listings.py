"""Compares what the four adapters of the shared suite ran, so that no host can silently run less.

    compare_listings.py LOG LOG...

Each log holds one line per case, `ok ID` or `not ok ID ...`. Every log must name the same cases, each once.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path


def ran(log: Path) -> Counter[str]:
    return Counter(re.findall(r"^(?:not )?ok (\S+)", log.read_text("utf-8", "replace"), re.MULTILINE))


def main(paths: list[str]) -> int:
    logs = [Path(path) for path in paths]
    missing = [log for log in logs if not log.exists()]
    if len(logs) < 2 or missing:
        print(f"there are not two or more logs to compare; missing: {[str(log) for log in missing]}")
        return 1
    listings = {log.stem: ran(log) for log in logs}
    everything = set().union(*listings.values())
    good = bool(everything)
    for name, listing in listings.items():
        lacks, repeated = sorted(everything - set(listing)), sorted(case for case, times in listing.items() if times > 1)
        print(f"{name}: {len(listing)} of {len(everything)} cases, {len(repeated)} of them more than once")
        for case in [*lacks[:20], *repeated[:20]]:
            print(f"  {'not run' if case in lacks else 'run twice'}: {case}")
        good = good and not lacks and not repeated
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
