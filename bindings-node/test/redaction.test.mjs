// No secret in anything that is printed, serialized or thrown.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { format, inspect } from 'node:util'
import * as ferroauth from 'ferroauth'
import { CLIENT, startProvider } from './support/provider.mjs'

const { Client, Decrypter, Encrypter, EncryptionKey, HmacKey, Keyring, Pkce, PrivateKey, Service, Signer, Verifier } = ferroauth

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

/** Every way in which an object commonly reaches a log. */
function printed(value) {
  const forms = [
    inspect(value), inspect(value, { depth: Infinity, showHidden: true }), format('%o %O %j', value, value, value),
    JSON.stringify(value), JSON.stringify({ nested: [value] }), String({ ...value }), JSON.stringify({ ...value }),
    inspect({ nested: { deeper: [value] } }, { depth: Infinity }), inspect(Object.assign({}, value)),
  ]
  if (value instanceof Error) forms.push(value.stack, value.message, String(value))
  return forms.join('\n')
}

test('objects that hold secrets print without them', async () => {
  const client = new Client(await Service.discover(provider.issuer), CLIENT)
  const pending = client.beginAuthorization({ scopes: ['openid'] })
  const query = new URL(pending.url).searchParams
  const sealingKey = randomBytes(32)
  const tokens = await client.finishAuthorization(pending, provider.login(pending.url))
  const pkce = Pkce.generate()
  const secret = randomBytes(32).toString('hex')
  const hmac = new HmacKey(secret)
  const privateKey = PrivateKey.generate('ES256')
  const pem = privateKey.toPem().split('\n')[1]
  const token = new Signer(hmac, { algorithm: 'HS256' }).signSync({ sub: '1' }, { lifetime: 60 })
  const verifier = new Verifier({ key: hmac, algorithms: ['HS256'], issuer: null, audience: null })
  const encryptionKey = EncryptionKey.fromSecret(secret.slice(0, 32), { algorithm: 'A256GCM' })
  const [encrypter, decrypter] = [new Encrypter(encryptionKey), new Decrypter(encryptionKey)]
  const flow = client.flow.refresh(tokens.refreshToken)
  const step = flow.advance()
  const basic = step.http.headers.authorization

  const rows = [
    [client, [CLIENT.clientSecret]],
    [pending, [query.get('state'), query.get('nonce')]],
    [tokens, [tokens.accessToken, tokens.refreshToken, tokens.idToken.raw]],
    [tokens.idToken, [tokens.idToken.raw, tokens.idToken.raw.split('.')[2]]],
    [tokens.idToken.claims, [tokens.idToken.raw, tokens.idToken.raw.split('.')[2]]],
    [pkce, [pkce.verifier]],
    [hmac, [secret]],
    [privateKey, [pem]],
    [encryptionKey, [secret.slice(0, 32)]],
    [encrypter, [secret.slice(0, 32)]],
    [decrypter, [secret.slice(0, 32)]],
    [decrypter.decrypt(encrypter.encrypt(secret)), [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]],
    [new Keyring([sealingKey]), [sealingKey.toString('hex'), sealingKey.toString('base64')]],
    [verifier, [secret]],
    [verifier.verifySync(token), [token, token.split('.')[2]]],
    [flow, [tokens.refreshToken, basic, CLIENT.clientSecret]],
    [step, [tokens.refreshToken, basic, CLIENT.clientSecret]],
    [step.http, [tokens.refreshToken, basic]],
  ]
  for (const [value, secrets] of rows) {
    const text = printed(value)
    for (const one of secrets) assert.ok(!text.includes(one), `${value?.constructor?.name ?? 'claims'} shows a secret`)
  }
  assert.match(inspect(tokens), /accessToken: '\*\*\*'/)
  assert.match(inspect(client), /clientSecret: '\*\*\*'/)
})

test('errors hold no secret', async () => {
  const canary = 'CANARY-5ecret-value'
  const attempts = [
    () => new HmacKey(`-----BEGIN PUBLIC KEY-----${canary}`),
    () => PrivateKey.fromPem(`-----BEGIN PRIVATE KEY-----\n${canary}\n-----END PRIVATE KEY-----`),
    () => PrivateKey.fromJwk({ kty: 'EC', crv: 'P-256', x: canary, y: canary, d: canary }),
    () => Pkce.challenge(`${canary} `),
    () => new Client(Service.preset('frappe', { baseUrl: 'https://erp.example.com' }), {
      clientId: 'a', clientSecret: `${canary}\n`,
    }),
    () => new Client(Service.preset('frappe', { baseUrl: 'https://erp.example.com' }), {
      clientId: 'a', clientSecret: [canary],
    }),
    () => ferroauth.decodeUnverified(`${canary}.${canary}.${canary}`),
    () => new Keyring([Buffer.from(canary)]),
    () => Service.fromJson(`{"client_secret": "${canary}"`),
  ]
  let refused = 0
  for (const attempt of attempts) {
    try {
      attempt()
    } catch (error) {
      refused += 1
      assert.ok(error instanceof ferroauth.FerroauthError, error)
      assert.ok(!printed(error).includes(canary), error.message)
    }
  }
  assert.equal(refused, attempts.length)

  const service = await Service.discover(provider.issuer)
  const client = new Client(service, { ...CLIENT, clientSecret: canary })
  for (const call of [client.refresh(canary), client.introspect(canary), client.revoke(canary), client.userinfo(canary)]) {
    await assert.rejects(call, (error) => !printed(error).includes(canary))
  }
})
