"""The one thread behind ``ferroauth.aio``, from the first call that needs it to ``close()``."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref

from ferroauth import _native

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _T = TypeVar("_T")

_lock = threading.Lock()
_worker: _native._Worker | None = None
# What has come for each loop; a loop that is gone takes its own along.
_loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _native._Arrivals] = weakref.WeakKeyDictionary()


def close() -> None:
    """Ends the thread, and with ``internal.closed`` every call still under way. The next call starts anew."""
    global _worker
    with _lock:
        worker, _worker = _worker, None
    if worker is not None:
        worker.close()


def _current_worker() -> _native._Worker:
    global _worker
    with _lock:
        if _worker is None or not _worker.is_usable():
            _worker = _native._Worker()
        return _worker


def _forget_parent() -> None:
    # Another thread of the parent may have held the lock at the fork, or been about to wake a loop.
    global _lock
    _lock = threading.Lock()
    _loops.clear()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)


def _arrivals(loop: asyncio.AbstractEventLoop) -> _native._Arrivals:
    arrivals = _loops.get(loop)
    if arrivals is None:
        arrivals = _loops[loop] = _native._Arrivals()
    return arrivals


async def run(flow: _native.Flow[_T]) -> _T:
    """Runs a flow on the worker's thread; the loop stays free meanwhile."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_T] = loop.create_future()

    handle = _current_worker().spawn(flow, future, _arrivals(loop))
    try:
        return await future
    except asyncio.CancelledError:
        handle.cancel()
        raise
