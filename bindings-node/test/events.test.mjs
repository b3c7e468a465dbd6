// Events: what is published to `node:diagnostics_channel`, and read from flows.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import { after, before, test } from 'node:test'
import { Client, Service, Verifier } from 'ferroauth'
import { CLIENT, startProvider } from './support/provider.mjs'

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

const NAMES = [
  'authorization_begun', 'callback_refused', 'token_received', 'token_refreshed', 'refresh_failed', 'grant_failed', 'key_set_fetched', 'key_set_failed', 'quirk_used',
]

/** Runs `work` with a subscriber to every channel; what it was told. */
async function listening(work) {
  const heard = []
  const hear = (event, name) => heard.push([name, event])
  for (const name of NAMES) subscribe(`ferroauth:${name}`, hear)
  try {
    await work(heard)
  } finally {
    for (const name of NAMES) unsubscribe(`ferroauth:${name}`, hear)
  }
  for (const [name, event] of heard) assert.equal(name, `ferroauth:${event.name}`)
  return heard.map(([, event]) => event)
}

const names = (events) => events.map((event) => event.name)

test('a login, a refresh and their failures are published, before the caller goes on', async () => {
  const client = new Client(await Service.discover(provider.issuer), CLIENT)
  let tokens
  const events = await listening(async (heard) => {
    const pending = client.beginAuthorization({ scopes: ['openid'] })
    assert.equal(heard.length, 1)
    const url = provider.login(pending.url)
    await assert.rejects(client.finishAuthorization(pending, url.replace(/state=[^&]*/, 'state=other')), { code: 'callback.state_mismatch' })
    assert.equal(heard.length, 2)
    tokens = await client.finishAuthorization(pending, url)
    assert.equal(heard.length, 4)
    await client.refresh(tokens.refreshToken)
    await assert.rejects(client.refresh('unknown-refresh-token'), { code: 'oauth.invalid_grant' })
  })
  assert.deepEqual(names(events), ['authorization_begun', 'callback_refused', 'key_set_fetched', 'token_received', 'token_refreshed', 'refresh_failed'])
  const [begun, refused, fetched, received, , failed] = events
  assert.deepEqual(begun.scopes, ['openid'])
  assert.deepEqual([refused.level, refused.code, refused.retryable], ['warning', 'callback.state_mismatch', false])
  assert.equal(fetched.clientId, undefined)
  assert.ok(fetched.keys >= 1 && fetched.url.startsWith(provider.issuer))
  assert.deepEqual([received.level, received.provider, received.clientId, received.grantType, received.identified], ['info', provider.issuer, CLIENT.clientId, 'authorization_code', true])
  assert.deepEqual([failed.code, failed.providerError], ['oauth.invalid_grant', 'invalid_grant'])
  const text = JSON.stringify(events)
  for (const secret of [tokens.accessToken, tokens.refreshToken, tokens.idToken.raw, CLIENT.clientSecret, 'unknown-refresh-token']) assert.ok(!text.includes(secret))
  assert.throws(() => { received.name = 'x' }, TypeError)
  assert.throws(() => received.scopes.push('x'), TypeError)
})

test('a verifier tells of its key set', async () => {
  const service = await Service.discover(provider.issuer)
  const client = new Client(service, CLIENT)
  const pending = client.beginAuthorization({ scopes: ['openid'] })
  const { idToken } = await client.finishAuthorization(pending, provider.login(pending.url))
  const verifier = new Verifier({ issuer: provider.issuer, audience: CLIENT.clientId })
  assert.deepEqual(names(await listening(() => verifier.verify(idToken.raw))), ['key_set_fetched'])
  assert.deepEqual(await listening(() => verifier.verify(idToken.raw)), [])
})

test('without a subscriber nothing is published, and flows have their events all the same', () => {
  assert.equal(channel('ferroauth:token_received').hasSubscribers, false)
  const service = Service.preset('frappe', { baseUrl: 'https://erp.example.com' })
  const flow = new Client(service, CLIENT).flow.clientCredentials({ scopes: ['all'] })
  assert.deepEqual(flow.events, [])
  flow.advance()
  assert.deepEqual(flow.events, [])
  const headers = { 'content-type': 'application/json' }
  assert.throws(() => flow.advance({ status: 400, headers, body: '{"error":"invalid_scope"}' }), { code: 'oauth.invalid_scope' })
  assert.deepEqual(names(flow.events), ['grant_failed'])
  assert.equal(flow.events[0].grantType, 'client_credentials')
})

test('a flow that the caller carries publishes each event once', async () => {
  const service = Service.preset('frappe', { baseUrl: 'https://erp.example.com' })
  const client = new Client(service, CLIENT)
  const headers = { 'content-type': 'application/json' }
  const events = await listening(async () => {
    const flow = client.flow.refresh('a-refresh-token')
    flow.advance()
    flow.advance({ status: 200, headers, body: '{"access_token":"an-access-token","token_type":"Bearer","expires_in":60}' })
    assert.throws(() => flow.advance(), { code: 'internal.flow' })
    assert.equal(flow.events.length, 1)
  })
  assert.deepEqual(names(events), ['token_refreshed'])
  assert.equal(events[0].rotated, false)
})

test('what a subscriber throws does not reach the caller', () => {
  const program = `
    const { subscribe } = require('node:diagnostics_channel')
    const { Client, Service } = require('ferroauth')
    process.on('uncaughtException', (error) => console.log('outside:', error.message))
    subscribe('ferroauth:authorization_begun', () => { throw new Error('mine') })
    const client = new Client(Service.preset('frappe', { baseUrl: 'https://erp.example.com' }), { clientId: 'abc', redirectUri: 'https://app.example.com/cb' })
    console.log(client.beginAuthorization({ scopes: ['all'] }).events[0].name)`
  const out = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  assert.equal(out, 'authorization_begun\noutside: mine\n')
})

test('an authorization that was opened again begins nothing', () => {
  const client = new Client(Service.preset('frappe', { baseUrl: 'https://erp.example.com' }), { ...CLIENT, redirectUri: 'https://app.example.com/cb' })
  const pending = client.beginAuthorization({ scopes: ['all'] })
  const key = Buffer.alloc(32, 7)
  assert.deepEqual(names(pending.events), ['authorization_begun'])
  assert.deepEqual(client.openPending(pending.seal(key), key).events, [])
})
