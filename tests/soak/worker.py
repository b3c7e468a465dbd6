"""The Python hosts of the soak: does one turn for each line of standard input. `worker.py sync|aio`

With `sync` the network operations run on four threads, and the process forks while they do; with `aio` eight run at once.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
import warnings

import ferroauth
import ferroauth.aio
from ferroauth import Decrypter, Encrypter, EncryptionKey, FerroauthError, HmacKey, KeySet, PrivateKey, Service, Signer

VARIANT = sys.argv[1]
API = ferroauth.aio if VARIANT == "aio" else ferroauth
THREADS, AT_ONCE, CHILD_S = 4, 8, 20
SEALED_WITH = bytes(range(32))
# Python 3.12 warns about just what is tried here.
warnings.simplefilter("ignore", DeprecationWarning)


class Host:
    def __init__(self, given):
        self.given, self.wrong = given, []
        self.key, secret = PrivateKey.generate("ES256", kid="k1"), HmacKey.generate("HS256")
        self.signers = [Signer(self.key, algorithm="ES256"), Signer(secret, algorithm="HS256")]
        known = {"issuer": given["issuer"], "audience": "api"}
        self.verifiers = [
            ferroauth.Verifier(**known, key=self.key.public_key(), algorithms=["ES256"]),
            ferroauth.Verifier(**known, key=secret, algorithms=["HS256"]),
        ]
        self.claims = {"iss": given["issuer"], "aud": "api", "sub": "alice"}
        now = int(time.time())
        self.good = [signer.sign({**self.claims, "exp": now + 30 * 86400}) for signer in self.signers]
        self.bad = [(self.good[0][:-4] + "AAAA", "token.signature"), (self.signers[1].sign({**self.claims, "exp": now - 3600}), "token.expired")]
        key = EncryptionKey.generate("ECDH-ES+A256KW", curve="P-256")
        self.encrypter, self.decrypter = Encrypter(key.public_key(), "A256GCM"), Decrypter(key, encryptions=["A256GCM"])
        self.renew()

    def renew(self):
        """New objects in place of the old ones, which nobody holds any more."""
        self.clients = {
            name: API.Client(Service.from_json(text), client_id="app", client_secret="s3cret", redirect_uri="https://app.example.com/callback")
            for name, text in self.given["services"].items()
        }
        self.remote = API.Verifier(issuer=self.given["issuer"], audience="api", jwks_uri=self.given["jwks_uri"])

    def expect(self, what, found, expected):
        if found != expected:
            self.wrong.append(f"{what}: {found} in place of {expected}")

    def local(self, asked):
        for index in range(asked["verify"]):
            kind = index % 2
            if index % 20 < 2:
                token, expected = self.bad[kind]
                try:
                    self.verifiers[kind].verify(token)
                    code = "ok"
                except FerroauthError as error:
                    code = error.code
                self.expect("verify", code, expected)
            else:
                self.expect("verify", self.verifiers[kind].verify(self.good[kind])["sub"], "alice")
        for index in range(asked["sign"]):
            self.signers[index % 2].sign(self.claims, lifetime=300)
        client = self.clients["good"]
        for _ in range(asked["more"]):
            pending = client.begin_authorization()
            self.expect("seal", client.open_pending(pending.seal(SEALED_WITH), SEALED_WITH).state, pending.state)
            self.expect("encrypt", self.decrypter.decrypt(self.encrypter.encrypt(b"hello")).plaintext, b"hello")

    def call(self, operation, service):
        if operation == "keys":
            # Its own verifier, which fetches the key set.
            remote = API.Verifier(issuer=self.given["issuer"], audience="api", jwks_uri=self.given["jwks_uri"])
            return remote.verify(self.good[0])
        client = self.clients[service]
        return {
            "token": lambda: client.client_credentials(), "refresh": lambda: client.refresh("a-refresh-token"),
            "introspection": lambda: client.introspect("a-token"), "revocation": lambda: client.revoke("a-token"),
            "userinfo": lambda: client.userinfo("a-token"), "verify": lambda: self.remote.verify(self.good[0]),
        }[operation]()

    def network(self, index):
        operation, service, expected = self.given["operations"][index % len(self.given["operations"])]
        try:
            self.call(operation, service)
            code = "ok"
        except FerroauthError as error:
            code = error.code
        self.expect(f"{operation} at {service}", code, expected)

    async def network_later(self, index):
        operation, service, expected = self.given["operations"][index % len(self.given["operations"])]
        try:
            await self.call(operation, service)
            code = "ok"
        except FerroauthError as error:
            code = error.code
        self.expect(f"{operation} at {service}", code, expected)

    def fork(self):
        """A child of a process whose other threads are in calls does everything there is, and ends."""
        child = os.fork()
        if child == 0:
            status = 1
            try:
                signal.alarm(CHILD_S)
                self.wrong = []
                self.local({"verify": 20, "sign": 2, "more": 1})
                for index in range(len(self.given["operations"])):
                    self.network(index)
                status = len(self.wrong) and 2
            finally:
                os._exit(status)
        return child

    def turn(self, asked):
        def lane(first):
            for index in range(first, asked["network"], THREADS):
                self.network(index)

        threads = [threading.Thread(target=lane, args=(first,)) for first in range(THREADS)]
        for thread in threads:
            thread.start()
        children = [self.fork() for _ in range(asked["children"])]
        for thread in threads:
            thread.join()
        for child in children:
            self.expect("child", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)
        return len(children)

    async def turn_later(self, asked):
        async def lane(first):
            for index in range(first, asked["network"], AT_ONCE):
                await self.network_later(index)

        # A call that nobody waits for any more is given up in mid-air.
        tasks = [asyncio.ensure_future(self.network_later(0)) for _ in range(asked["children"])]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*(lane(first) for first in range(AT_ONCE)))
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(tasks)


async def main():
    loop, host = asyncio.get_running_loop(), None
    while line := sys.stdin.readline() if VARIANT == "sync" else await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        if host is None:
            host = Host(asked)
            answer = json.loads(KeySet.from_keys([host.key]).to_json())
        else:
            if asked["renew"]:
                host.renew()
            host.local(asked)
            children = await host.turn_later(asked) if VARIANT == "aio" else host.turn(asked)
            answer = {"wrong": host.wrong[:20], "count": len(host.wrong), "children": children}
            host.wrong.clear()
        print(json.dumps(answer), flush=True)


asyncio.run(main())
