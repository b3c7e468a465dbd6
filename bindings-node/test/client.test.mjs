// The main job, against a provider on loopback, over this package's own driver.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CallbackError, Claims, Client, KeySetNotLoadedError, Keyring, MetadataError, NetworkError, PendingAuthorizationError,
  ProviderError, ResponseError, Service, TokenError, TokenSet, Verifier,
} from 'ferroauth'
import { CLIENT, USER, startProvider } from './support/provider.mjs'

let provider
let service
let client
const appKey = randomBytes(32)

before(async () => {
  provider = await startProvider()
  service = await Service.discover(provider.issuer)
  client = new Client(service, CLIENT)
})
after(() => provider.stop())

const begin = () => client.beginAuthorization({ scopes: ['openid', 'email'] })
const login = async () => {
  const pending = begin()
  return client.finishAuthorization(pending, provider.login(pending.url))
}

test('the quickstart: log in, use, refresh, revoke', async () => {
  const pending = begin()
  const sealed = pending.seal(appKey)
  const callback = provider.login(pending.url)
  const tokens = await client.finishAuthorization(client.openPending(sealed, appKey), callback)

  assert.ok(tokens instanceof TokenSet)
  assert.equal(tokens.tokenType, 'Bearer')
  assert.deepEqual(tokens.scopes, ['openid', 'email'])
  assert.deepEqual(tokens.unrequestedScopes, [])
  assert.ok(Math.abs(tokens.expiresAt - Date.now() / 1000 - 300) < 5)
  assert.equal(tokens.idToken.claims.email, USER.email)
  assert.equal(Object.getPrototypeOf(tokens.idToken.claims), null)
  assert.equal(tokens.idToken.header.alg, 'ES256')
  assert.equal(Claims.header(tokens.idToken.claims).kid, 'k1')
  assert.equal(JSON.parse(Claims.raw(tokens.idToken.claims)).sub, USER.sub)

  assert.equal((await client.userinfo(tokens.accessToken, { subject: USER.sub })).name, USER.name)
  const introspection = await client.introspect(tokens.accessToken)
  assert.equal(introspection.active, true)
  assert.equal(introspection.claims.sub, USER.sub)
  const refreshed = await client.refresh(tokens.refreshToken)
  assert.notEqual(refreshed.accessToken, tokens.accessToken)
  assert.equal(await client.revoke(refreshed.accessToken, { tokenTypeHint: 'access_token' }), undefined)
  assert.equal((await client.introspect(refreshed.accessToken)).active, false)
})

test('the callback is taken in every form that a framework offers', async () => {
  const forms = [
    (path) => path,
    (path) => `https://app.example.com${path}`,
    (path) => new URL(path, 'https://app.example.com'),
    (path) => new URL(path, 'https://app.example.com').searchParams,
    (path) => Object.fromEntries(new URL(path, 'https://app.example.com').searchParams),
  ]
  for (const form of forms) {
    const pending = begin()
    const tokens = await client.finishAuthorization(pending, form(provider.login(pending.url)))
    assert.equal(tokens.idToken.claims.sub, USER.sub)
  }
})

test('bad callbacks are refused before anything is sent', async () => {
  const parameters = (change) => {
    const pending = begin()
    const query = Object.fromEntries(new URL(provider.login(pending.url), 'http://x').searchParams)
    return [pending, { ...query, ...change }]
  }
  const sent = provider.seen.length
  const rows = [
    [{ state: 'x' }, 'callback.state_mismatch', CallbackError],
    [{ state: undefined }, 'callback.state_missing', CallbackError],
    [{ iss: 'https://other' }, 'callback.issuer_mismatch', CallbackError],
    [{ iss: undefined }, 'callback.issuer_missing', CallbackError],
    [{ code: undefined }, 'callback.code_missing', CallbackError],
    [{ code: ['a', 'a'] }, 'callback.duplicate_parameter', CallbackError],
    [{ code: { $ne: '' } }, 'callback.malformed', CallbackError],
    [{ error: 'access_denied' }, 'callback.contradictory', CallbackError],
    [{ code: undefined, error: 'access_denied' }, 'oauth.access_denied', ProviderError],
  ]
  for (const [change, code, type] of rows) {
    const [pending, query] = parameters(change)
    await assert.rejects(client.finishAuthorization(pending, query), (error) => {
      return error.code === code && error instanceof type
    }, code)
  }
  assert.equal(provider.seen.length, sent)
})

test('a callback is good for one use', async () => {
  const pending = begin()
  const callback = provider.login(pending.url)
  await client.finishAuthorization(pending, callback)
  await assert.rejects(client.finishAuthorization(pending, callback), { code: 'callback.state_replayed' })
})

test('sealed authorizations open with the right key, for the right client, unaltered', () => {
  const [one, two] = [randomBytes(32), randomBytes(32)]
  const sealed = begin().seal(one)
  const opened = client.openPending(sealed, new Keyring([two, one]))
  assert.equal(opened.url, null)
  const invalid = { code: 'pending.invalid', name: 'PendingAuthorizationError' }
  assert.throws(() => client.openPending(sealed, two), invalid)
  for (const at of [0, 10, sealed.length - 1]) {
    const altered = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
    assert.throws(() => client.openPending(altered, one), invalid)
  }
  const other = new Client(service, { ...CLIENT, clientId: 'other' })
  assert.throws(() => other.openPending(sealed, one), (error) => {
    return error instanceof PendingAuthorizationError && error.code === 'pending.wrong_client'
  })
})

test('what the provider says arrives, without control characters', async () => {
  await assert.rejects(client.refresh('nonsense'), (error) => {
    assert.ok(error instanceof ProviderError)
    assert.equal(error.code, 'oauth.invalid_grant')
    assert.equal(error.oauthError, 'invalid_grant')
    assert.equal(error.oauthErrorDescription, 'not  known <b>here</b>')
    return error.status === 400
  })
  const wrong = new Client(service, { ...CLIENT, clientSecret: 'wrong' })
  await assert.rejects(wrong.clientCredentials({ scopes: ['all'] }), { code: 'oauth.invalid_client' })
})

test('an ID token of another key is refused', async () => {
  const pending = begin()
  const callback = provider.login(pending.url)
  provider.overrides.set('/token', () => ({
    access_token: 'a', token_type: 'Bearer', scope: 'openid email',
    id_token: provider.jwt({ iss: provider.issuer, aud: 'somebody else', sub: '1', exp: 4e9, iat: 1 }),
  }))
  await assert.rejects(client.finishAuthorization(pending, callback), TokenError)
  provider.overrides.delete('/token')
})

test('replies that are none become typed errors', async () => {
  const cases = [
    [() => ({ token_type: 'Bearer' }), ResponseError],
    [() => [302, {}], NetworkError],
    [() => [500, {}], NetworkError],
    [(request, form, response) => void response.end('<html>'), ResponseError],
    [(request) => void request.socket.destroy(), NetworkError],
  ]
  for (const [answer, type] of cases) {
    provider.overrides.set('/token', answer)
    await assert.rejects(client.clientCredentials(), type)
  }
  provider.overrides.delete('/token')
  provider.overrides.set('/introspect', () => ({ active: 'true' }))
  await assert.rejects(client.introspect('t'), { code: 'response.active' })
  provider.overrides.delete('/introspect')
})

test('discovery refuses metadata of another issuer', async () => {
  provider.overrides.set('/.well-known/openid-configuration', () => ({ issuer: 'https://other' }))
  await assert.rejects(Service.discover(provider.issuer), MetadataError)
  provider.overrides.delete('/.well-known/openid-configuration')
})

test('a verifier fetches the issuer\'s keys once, and then needs no network', async () => {
  const token = (await login()).idToken.raw
  const settings = { issuer: provider.issuer, audience: CLIENT.clientId }
  const verifier = new Verifier(settings)
  assert.throws(() => verifier.verifySync(token), KeySetNotLoadedError)
  assert.equal(verifier.exportKeys(), null)
  const before = provider.seen.filter((path) => path === '/jwks').length
  const all = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)))
  assert.ok(all.every((claims) => claims.sub === USER.sub))
  assert.equal(provider.seen.filter((path) => path === '/jwks').length, before + 1)
  assert.equal(verifier.verifySync(token).sub, USER.sub)

  const copy = new Verifier(settings)
  copy.importKeys(verifier.exportKeys())
  assert.equal(copy.verifySync(token).email, USER.email)
})

test('a thousand calls at once all settle', async () => {
  const all = await Promise.all(Array.from({ length: 1000 }, () => client.clientCredentials({ scopes: ['all'] })))
  assert.equal(new Set(all.map((tokens) => tokens.accessToken)).size, 1000)
})

test('an asynchronous error names the line that waited', async () => {
  async function theCallerOfThisTest() {
    return await client.refresh('nonsense')
  }
  await assert.rejects(theCallerOfThisTest(), (error) => /theCallerOfThisTest/.test(error.stack))
})
