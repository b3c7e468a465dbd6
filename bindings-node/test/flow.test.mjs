// The host-supplied driver: the same operations, carried here by fetch.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client, HttpStep, Service, Step, Verifier } from 'ferroauth'
import { CLIENT, USER, startProvider } from './support/provider.mjs'

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

async function send(request) {
  const { method, url, headers, body, timeoutMs } = request
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal })
    return { status: response.status, headers: response.headers, body: await response.arrayBuffer() }
  } catch (error) {
    return { failure: error.name === 'TimeoutError' ? 'timeout' : 'connect' }
  }
}
async function carry(flow) {
  let step = flow.advance()
  while (!step.done) {
    if (step.http) step = flow.advance(await send(step.http))
    else step = flow.advance(await sleep(step.sleep))
  }
  return step.result
}

test('the main job through fetch', async () => {
  const service = await carry(Service.flow.discover(provider.issuer))
  assert.equal(service.issuer, provider.issuer)
  const client = new Client(service, CLIENT)
  const pending = client.beginAuthorization({ scopes: ['openid'] })
  const tokens = await carry(client.flow.finishAuthorization(pending, provider.login(pending.url)))
  assert.equal(tokens.idToken.claims.sub, USER.sub)
  assert.equal((await carry(client.flow.userinfo(tokens.accessToken))).email, USER.email)
  assert.equal((await carry(client.flow.introspect(tokens.accessToken))).active, true)
  const refreshed = await carry(client.flow.refresh(tokens.refreshToken))
  assert.equal(await carry(client.flow.revoke(refreshed.accessToken)), undefined)
  assert.equal((await carry(client.flow.clientCredentials({ scopes: ['all'] }))).scopes[0], 'all')
  const verifier = new Verifier({ issuer: provider.issuer, audience: CLIENT.clientId })
  assert.equal((await carry(verifier.flow.verify(tokens.idToken.raw))).sub, USER.sub)
  assert.equal(verifier.verifySync(tokens.idToken.raw).sub, USER.sub)
})

const credentials = () => {
  const service = Service.preset('frappe', { baseUrl: 'https://erp.example.com' })
  return new Client(service, CLIENT).flow.clientCredentials({ scopes: ['all'] })
}
const reply = { status: 200, headers: { 'content-type': 'application/json' } }

test('a step says what to send', () => {
  const step = credentials().advance()
  assert.ok(step instanceof Step && step.http instanceof HttpStep)
  assert.deepEqual([step.done, step.sleep, step.result], [false, null, undefined])
  assert.equal(step.http.method, 'POST')
  assert.equal(step.http.body, 'grant_type=client_credentials&scope=all')
  assert.equal(step.http.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.match(step.http.headers.authorization, /^Basic /)
  assert.equal(step.http.timeoutMs, 10_000)
})

test('replies are taken with bodies and headers of every kind', () => {
  const text = '{"access_token":"a","token_type":"Bearer","expires_in":60}'
  const bytes = new TextEncoder().encode(text)
  const headers = reply.headers
  const kinds = [headers, new Headers(headers), Object.entries(headers), { 'Content-Type': ['application/json'] }]
  for (const headers of kinds) {
    for (const body of [text, bytes, bytes.buffer, Buffer.from(text)]) {
      const flow = credentials()
      flow.advance(null)
      const step = flow.advance({ status: 200, headers, body })
      assert.ok(step.done)
      assert.equal(step.result.accessToken, 'a')
    }
  }
})

test('a callback of any length arrives whole', () => {
  const service = Service.fromJson({
    issuer: 'https://idp.example.com',
    authorization_endpoint: 'https://idp.example.com/authorize',
    token_endpoint: 'https://idp.example.com/token',
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  })
  const bound = new Client(service, CLIENT)
  const lengths = Array.from({ length: 160 }, (_, index) => 1900 + index)
  for (const code of [...lengths.map((length) => 'c'.repeat(length)), 'c'.repeat(3000)]) {
    const pending = bound.beginAuthorization()
    const step = bound.flow.finishAuthorization(pending, `${CLIENT.redirectUri}?state=${pending.state}&code=${code}`).advance()
    assert.equal(new URLSearchParams(step.http.body).get('code'), code)
  }
  // Characters of three bytes across the place where a long text is cut.
  for (let length = 0; length < 6; length += 1) {
    const url = `${CLIENT.redirectUri}?code=c&${'x'.repeat(length)}=${'\u20ac'.repeat(680)}&state=wrong`
    assert.throws(() => bound.flow.finishAuthorization(bound.beginAuthorization(), url).advance(), { code: 'callback.state_mismatch' })
  }
})

test('a token set is read member by member', () => {
  const text = '{"access_token":"a \\"b\\\\ c","token_type":"bearer","scope":"all more","refresh_token":"r","x":{"y":1}}'
  const flow = credentials()
  flow.advance()
  const tokens = flow.advance({ ...reply, body: text }).result
  assert.equal(tokens.accessToken, 'a "b\\ c')
  assert.deepEqual([tokens.tokenType, tokens.refreshToken, tokens.idToken], ['Bearer', 'r', null])
  assert.equal(tokens.scopes, tokens.scopes)
  assert.equal(tokens.extra, tokens.extra)
  assert.equal(tokens.extra.x.y, 1)
  assert.equal(tokens.accessToken, 'a "b\\ c')
})

test('failures of the transport become network errors', () => {
  const rows = { timeout: 'http.timeout', tls: 'http.tls', dns: 'http.dns', redirect: 'http.redirect', odd: 'http.connect' }
  for (const [failure, code] of Object.entries(rows)) {
    const flow = credentials()
    flow.advance()
    assert.throws(() => flow.advance({ failure }), { code, name: 'NetworkError' })
  }
  const flow = credentials()
  flow.advance()
  assert.throws(() => flow.advance({ ...reply, body: 'x'.repeat(513 * 1024) }), { code: 'http.too_large' })
})

test('a flow is advanced in turn, and once', () => {
  const flow = credentials()
  assert.throws(() => flow.advance({ ...reply, body: '{}' }), { code: 'internal.flow' })
  flow.advance()
  assert.throws(() => flow.advance(), { code: 'internal.flow' })
  assert.throws(() => flow.advance({ slept: true }), { code: 'internal.flow' })
  for (const bad of ['200', 200, { status: '200' }, { status: 99 }, { status: 1e9 }, { ...reply, body: 5 }, {
    ...reply, headers: 'x',
  }, { ...reply, headers: [['a']] }, { failure: 1 }]) {
    assert.throws(() => flow.advance(bad), { code: 'internal.argument' })
  }
  const body = '{"access_token":"a","token_type":"Bearer"}'
  assert.equal(flow.advance({ ...reply, body }).done, true)
  assert.throws(() => flow.advance({ ...reply, body }), { code: 'internal.flow' })
})

test('a sealed authorization is finished by the host\'s driver as well', async () => {
  const client = new Client(await carry(Service.flow.discover(provider.issuer)), CLIENT)
  const pending = client.beginAuthorization({ scopes: ['openid'] })
  const key = randomBytes(32)
  const opened = client.openPending(pending.seal(key), key)
  const tokens = await carry(client.flow.finishAuthorization(opened, provider.login(pending.url)))
  assert.equal(tokens.idToken.claims.sub, USER.sub)
})
