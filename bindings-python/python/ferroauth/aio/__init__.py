"""The same names for asyncio: what needs the network is awaitable, everything else is as in ``ferroauth``.

One thread carries the traffic of all calls. It starts with the first call that needs it, ends with
``close()``, and is started anew in a forked child. Cancelling a task cancels its exchange.
"""

from ferroauth.aio._api import ResourceServer, Verifier
from ferroauth.aio._client import Client
from ferroauth.aio._loopback import LoopbackReceiver
from ferroauth.aio._providers import ProtectedResource, Service
from ferroauth.aio._worker import close

__all__ = ["Client", "LoopbackReceiver", "ProtectedResource", "ResourceServer", "Service", "Verifier", "close"]
