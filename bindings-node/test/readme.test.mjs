// The programs of the README, run against the provider on loopback unless they are marked `no_run`, which says that they need more than
// that provider offers. The compiler has checked the names and arguments of all (types/readme.mjs).

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as ferroauth from 'ferroauth'
import { SETTING, programs } from './support/readme.mjs'
import { CLIENT, startProvider } from './support/provider.mjs'

const { Client, EncryptionKey, KeySet, PrivateKey, Service, Signer, Verifier } = ferroauth
const AsyncFunction = (async () => {}).constructor
const FINISHED = 'the last line was reached'

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

async function setting() {
  const service = await Service.discover(provider.issuer)
  const client = new Client(service, CLIENT)
  const pending = client.beginAuthorization({ scopes: ['openid', 'email'] })
  const tokens = await client.finishAuthorization(pending, provider.login(pending.url))
  const now = Math.floor(Date.now() / 1000)
  const token = provider.jwt({ iss: provider.issuer, aud: 'my-api', sub: '42', scope: 'orders:read', iat: now, exp: now + 300 })
  const ours = PrivateKey.generate('ES256')
  const theirs = PrivateKey.generate('EdDSA')
  const published = [PrivateKey.fromPem(ours.toPem(), { kid: 'a' }), PrivateKey.fromPem(theirs.toPem(), { kid: 'b' })]
  const challenge = 'Bearer error="insufficient_user_authentication", acr_values="phr"'
  return {
    service, client, tokens, token,
    accessToken: tokens.accessToken, refreshToken: tokens.refreshToken, idToken: tokens.idToken.raw, sentNonce: tokens.idToken.claims.nonce,
    appKey: Buffer.alloc(32, 7), secret: Buffer.alloc(32, 8), invoice: Buffer.from('an invoice'), pem: ours.toPem(),
    request: { headers: { authorization: `Bearer ${token}` } },
    // A page that ends early would skip the rest.
    response: { writeHead: () => ({ end: () => 'the program returned early' }) },
    reply: { headers: new Headers({ 'www-authenticate': challenge }) },
    key: ours, keySet: KeySet.fromKeys(published), ours: new Signer(ours, { algorithm: 'ES256' }), theirs: new Signer(theirs, { algorithm: 'EdDSA' }),
    olderKey: EncryptionKey.generate('ECDH-ES+A256KW', { curve: 'X25519', kid: 'e0' }),
    // Its key is the provider's.
    signer: { signSync: () => token },
    verifier: new Verifier({ issuer: provider.issuer, audience: 'my-api' }),
    line: Buffer.from('{"status":"401","schemes":"bearer","scope":"mail"}').toString('base64'),
    readFile: async () => JSON.stringify(Service.preset('gmail')),
  }
}

test('there are programs of both kinds', () => {
  assert.ok(programs.length > 15)
  assert.deepEqual([...new Set(programs.map(({ mark }) => mark))].sort(), ['', 'no_run'])
})

for (const { line, mark, text, imports } of programs) {
  if (mark === 'no_run') continue
  test(`line ${line}`, async () => {
    const names = { ...ferroauth, ...Object.fromEntries(Object.keys(SETTING).map((name) => [name])), ...(await setting()), provider }
    // What an earlier program of the page made.
    if (text.includes('Encrypter(key')) names.key = names.olderKey
    for (const [, module] of imports) Object.assign(names, await import(module))
    delete names.default
    const meant = text
      .replaceAll('https://idp.example.com', provider.issuer)
      .replaceAll("'s3cret'", JSON.stringify(CLIENT.clientSecret))
      // The browser has been there.
      .replaceAll('req.url', 'provider.login(pending.url)')
    const program = new AsyncFunction(...Object.keys(names), `{${meant}}\nreturn ${JSON.stringify(FINISHED)}`)
    assert.equal(await program(...Object.values(names)), FINISHED)
  })
}
