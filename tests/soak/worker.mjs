// The Node host of the soak: does one turn for each line of standard input. Eight network operations run at once, while
// worker_threads that are in calls of their own are ended.

import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'

const entry = createRequire(join(resolve(process.env.FERROAUTH_INSTALLED), 'index.js')).resolve('ferroauth')
const ferroauth = createRequire(import.meta.url)(entry)
const { Client, Decrypter, Encrypter, EncryptionKey, FerroauthError, HmacKey, KeySet, PrivateKey, Service, Signer, Verifier } = ferroauth
const AT_ONCE = 8
const SEALED_WITH = Uint8Array.from({ length: 32 }, (_, index) => index)

const CALLS = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { Client, Service } = require(workerData.entry)
  const client = new Client(Service.fromJson(workerData.service), { clientId: 'app', clientSecret: 's3cret' })
  client.clientCredentials().then(() => {
    parentPort.postMessage('called')
    const loop = () => client.clientCredentials().then(loop)
    for (let i = 0; i < 4; i += 1) loop()
  })
`

class Host {
  constructor(given) {
    this.given = given
    this.wrong = []
    this.key = PrivateKey.generate('ES256', { kid: 'k1' })
    const secret = HmacKey.generate('HS256')
    this.signers = [new Signer(this.key, { algorithm: 'ES256' }), new Signer(secret, { algorithm: 'HS256' })]
    const known = { issuer: given.issuer, audience: 'api' }
    this.verifiers = [
      new Verifier({ ...known, key: this.key.publicKey(), algorithms: ['ES256'] }),
      new Verifier({ ...known, key: secret, algorithms: ['HS256'] }),
    ]
    this.claims = { iss: given.issuer, aud: 'api', sub: 'alice' }
    const now = Math.floor(Date.now() / 1000)
    this.good = this.signers.map((signer) => signer.signSync({ ...this.claims, exp: now + 30 * 86400 }))
    this.bad = [
      [`${this.good[0].slice(0, -4)}AAAA`, 'token.signature'],
      [this.signers[1].signSync({ ...this.claims, exp: now - 3600 }), 'token.expired'],
    ]
    const key = EncryptionKey.generate('ECDH-ES+A256KW', { curve: 'P-256' })
    this.encrypter = new Encrypter(key.publicKey(), { encryption: 'A256GCM' })
    this.decrypter = new Decrypter(key, { encryptions: ['A256GCM'] })
    this.renew()
  }

  /** New objects in place of the old ones, which nobody holds any more. */
  renew() {
    const options = { clientId: 'app', clientSecret: 's3cret', redirectUri: 'https://app.example.com/callback' }
    this.clients = Object.fromEntries(
      Object.entries(this.given.services).map(([name, text]) => [name, new Client(Service.fromJson(text), options)]),
    )
    this.remote = this.verifier()
  }

  verifier() {
    return new Verifier({ issuer: this.given.issuer, audience: 'api', jwksUri: this.given.jwks_uri })
  }

  expect(what, found, expected) {
    if (found !== expected) this.wrong.push(`${what}: ${found} in place of ${expected}`)
  }

  local(asked) {
    for (let index = 0; index < asked.verify; index += 1) {
      const kind = index % 2
      if (index % 20 < 2) {
        const [token, expected] = this.bad[kind]
        let code = 'ok'
        try {
          this.verifiers[kind].verifySync(token)
        } catch (error) {
          code = error instanceof FerroauthError ? error.code : String(error)
        }
        this.expect('verify', code, expected)
      } else {
        this.expect('verify', this.verifiers[kind].verifySync(this.good[kind]).sub, 'alice')
      }
    }
    for (let index = 0; index < asked.sign; index += 1) this.signers[index % 2].signSync(this.claims, { lifetime: 300 })
    const client = this.clients.good
    for (let index = 0; index < asked.more; index += 1) {
      const pending = client.beginAuthorization()
      this.expect('seal', client.openPending(pending.seal(SEALED_WITH), SEALED_WITH).state, pending.state)
      this.expect('encrypt', Buffer.from(this.decrypter.decrypt(this.encrypter.encrypt('hello')).plaintext).toString(), 'hello')
    }
  }

  call(operation, service) {
    const client = this.clients[service]
    const calls = {
      // Its own verifier, which fetches the key set.
      keys: () => this.verifier().verify(this.good[0]),
      verify: () => this.remote.verify(this.good[0]),
      token: () => client.clientCredentials(),
      refresh: () => client.refresh('a-refresh-token'),
      introspection: () => client.introspect('a-token'),
      revocation: () => client.revoke('a-token'),
      userinfo: () => client.userinfo('a-token'),
    }
    return calls[operation]()
  }

  async network(index) {
    const [operation, service, expected] = this.given.operations[index % this.given.operations.length]
    let code = 'ok'
    try {
      await this.call(operation, service)
    } catch (error) {
      code = error instanceof FerroauthError ? error.code : String(error)
    }
    this.expect(`${operation} at ${service}`, code, expected)
  }

  /** A thread that is ended in the middle of its calls. */
  async thread() {
    const worker = new Worker(CALLS, { eval: true, workerData: { entry, service: this.given.services.good } })
    const said = await new Promise((done) => worker.once('message', done).once('error', (error) => done(String(error))))
    this.expect('thread', said, 'called')
    await worker.terminate()
  }

  async turn(asked) {
    this.local(asked)
    const threads = Array.from({ length: asked.children }, () => this.thread())
    const lanes = Array.from({ length: AT_ONCE }, async (_, first) => {
      for (let index = first; index < asked.network; index += AT_ONCE) await this.network(index)
    })
    await Promise.all([...threads, ...lanes])
    return threads.length
  }
}

let host
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  let answer
  if (host === undefined) {
    host = new Host(asked)
    answer = KeySet.fromKeys([host.key])
  } else {
    if (asked.renew) host.renew()
    const children = await host.turn(asked)
    answer = { wrong: host.wrong.slice(0, 20), count: host.wrong.length, children }
    host.wrong.length = 0
    // What V8 has not collected yet says nothing about what is held.
    globalThis.gc()
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
