"""Prints what importing the named modules cost this fresh process."""

import os
import sys
import time


def state() -> tuple[int, int, int]:
    with open("/proc/self/status") as status:
        resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
    sockets = 0
    for fd in os.listdir("/proc/self/fd"):
        try:
            sockets += os.readlink(f"/proc/self/fd/{fd}").startswith("socket:")
        except OSError:
            pass  # the directory's own descriptor
    return resident, len(os.listdir("/proc/self/task")), sockets


before = state()
started = time.perf_counter()
for name in sys.argv[1:]:
    __import__(name)
ms = (time.perf_counter() - started) * 1000
after = state()
kib, threads, sockets = (b - a for a, b in zip(before, after))
print(f'{{"ms": {ms}, "kib": {kib}, "threads": {threads}, "sockets": {sockets}}}')
