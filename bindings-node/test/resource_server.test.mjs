// The resource server: every kind of request that Node has, and answers that are ready to be sent.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import { after, before, test } from 'node:test'
import { format, inspect } from 'node:util'
import {
  ConfigurationError, Denial, ExpiredTokenError, FerroauthError, HmacKey, InternalError, KeySetNotLoadedError, NetworkError,
  Principal, PrivateKey, ResourceServer, Signer, Verifier,
} from 'ferroauth'
import { startProvider } from './support/provider.mjs'

const key = new HmacKey(Buffer.alloc(64, 7))
const verifier = new Verifier({ key, algorithms: ['HS256'], issuer: null, audience: 'api' })
const api = new ResourceServer(verifier, { realm: 'farm' })
const signer = new Signer(key, { algorithm: 'HS256' })
const token = signer.signSync({ aud: 'api', sub: '42', scope: 'read write' }, { lifetime: 300 })
const field = `Bearer ${token}`
const two = [field, 'Basic YTpi']

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

const ONE = {
  'an object of headers': { host: 'x', authorization: field },
  'upper case': { Authorization: field },
  'a list of values': { Authorization: [field] },
  'without a prototype': Object.assign(Object.create(null), { authorization: field }),
  'Headers of fetch': new Headers({ Authorization: field }),
  'Request of fetch': new Request('http://x', { headers: { Authorization: field } }),
  'a Map': new Map([['Authorization', field]]),
  'pairs': [['host', 'x'], ['authorization', field]],
  'an object with headers': { method: 'GET', headers: { authorization: field } },
  'a header that is called headers': { headers: 'x', authorization: field },
  'rawHeaders': { rawHeaders: ['Host', 'x', 'Authorization', field], headers: { authorization: field } },
  'Fastify': { raw: { rawHeaders: ['Authorization', field] }, headers: { authorization: field } },
}
const NONE = {
  'an empty object': {},
  'Headers of fetch': new Headers(),
  'another name': { 'x-authorization': field },
  'undefined': { authorization: undefined },
  'inherited': Object.create({ authorization: field }),
  'removed by a middleware': { rawHeaders: ['Authorization', field], headers: {} },
}
const headers = new Headers()
for (const value of two) headers.append('authorization', value)
const SEVERAL = {
  'a list of values': { authorization: two },
  'two spellings': { Authorization: field, authorization: field },
  'Headers of fetch': headers,
  'pairs': two.map((value) => ['authorization', value]),
  'rawHeaders': { rawHeaders: ['authorization', field, 'Authorization', field], headers: { authorization: field } },
  'Fastify': { raw: { rawHeaders: ['A', 'b', ...two.flatMap((value) => ['authorization', value])] }, headers: { authorization: field } },
  'Koa': { req: { rawHeaders: two.flatMap((value) => ['authorization', value]) }, headers: { authorization: field } },
}

test('the token of a request is found', async () => {
  for (const [name, request] of Object.entries(ONE)) {
    const caller = api.authenticateSync(request, { scopes: ['read'] })
    assert.ok(caller instanceof Principal && caller.granted, name)
    assert.deepEqual([caller.subject, [...caller.scopes], caller.claims.aud], ['42', ['read', 'write'], 'api'])
    assert.ok(caller.hasScope('read') && !caller.hasScope('rea'))
    assert.ok((await api.authenticate(request)).granted, name)
  }
})

test('a request without a token is told to bring one', () => {
  for (const [name, request] of Object.entries(NONE)) {
    const answer = api.authenticateSync(request)
    assert.ok(answer instanceof Denial && !answer.granted, name)
    assert.deepEqual([answer.status, answer.headers['WWW-Authenticate']], [401, 'Bearer realm="farm"'], name)
  }
})

test('two fields are a bad request', () => {
  for (const [name, request] of Object.entries(SEVERAL)) assert.equal(api.authenticateSync(request).status, 400, name)
})

test('node:http: a second field is seen although node drops it', async () => {
  const answers = []
  const server = createServer(async (request, response) => {
    const answer = await api.authenticate(request)
    answers.push(answer)
    if (answer.granted) response.end()
    else response.writeHead(answer.status, answer.headers).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const ask = async (...values) => {
    // `values` as raw headers: the only way to send one name twice.
    const lines = ['Host', 'x', ...values.flatMap((value) => ['Authorization', value])]
    const sent = send({ port: server.address().port, host: '127.0.0.1', agent: false, headers: lines }).end()
    const [reply] = await once(sent, 'response')
    reply.resume()
    return reply
  }
  assert.equal((await ask(field)).statusCode, 200)
  const twice = await ask(field, field)
  assert.equal(twice.statusCode, 400)
  assert.match(twice.headers['www-authenticate'], /^Bearer realm="farm", error="invalid_request"/)
  assert.equal((await ask()).headers['cache-control'], 'no-store')
  assert.deepEqual(answers.map((answer) => answer.granted), [true, false, false])
  server.close()
})

test('what is no request is a mistake', async () => {
  for (const wrong of [undefined, null, field, 5, ['x'], { authorization: 5 }, { headers: { authorization: [1] } }]) {
    assert.throws(() => api.authenticateSync(wrong), InternalError)
    await assert.rejects(api.authenticate(wrong), InternalError)
  }
})

test('a denial is ready to be sent', () => {
  const answer = api.authenticateSync({ authorization: field }, { scopes: ['admin'] })
  assert.equal(answer.status, 403)
  assert.match(answer.headers['WWW-Authenticate'], /error="insufficient_scope".*scope="admin"$/)
  assert.ok(answer.error instanceof FerroauthError && answer.error.code === 'oauth.insufficient_scope')
  const expired = signer.signSync({ aud: 'api', exp: 1 })
  const { status, error } = api.authenticateSync({ authorization: `Bearer ${expired}` })
  assert.equal(status, 401)
  assert.ok(error instanceof ExpiredTokenError && error.explain().check === 'exp')
  assert.equal(api.authenticateSync({ authorization: 'Bearer \ud800' }).status, 400)
})

test('settings are checked', () => {
  assert.throws(() => new ResourceServer(verifier, { realm: 'a"b' }), ConfigurationError)
  assert.throws(() => new ResourceServer(verifier, { relm: 'a' }), ConfigurationError)
  assert.throws(() => new ResourceServer(key), InternalError)
  for (const scopes of ['read', [''], ['a b'], [1]]) {
    assert.throws(() => api.authenticateSync({}, { scopes }), ConfigurationError)
  }
  assert.throws(() => new Principal({}, []), InternalError)
  assert.throws(() => new Denial(401), InternalError)
})

test('nothing shows the token', () => {
  const caller = api.authenticateSync({ authorization: field })
  const answer = api.authenticateSync({ authorization: field }, { scopes: ['admin'] })
  for (const value of [api, api.flow, caller, answer, api.flow.authenticate({ authorization: field })]) {
    const shown = inspect(value, { depth: Infinity, showHidden: true }) + format('%o', value) + JSON.stringify(value)
    assert.ok(!shown.includes(token) && !shown.includes(token.split('.')[2]))
  }
  assert.equal(Object.isFrozen(caller), true)
  assert.throws(() => caller.scopes.push('admin'), TypeError)
})

test('keys are fetched where they must, by this package or by the caller', async () => {
  const now = Math.floor(Date.now() / 1000)
  const signed = provider.jwt({ iss: provider.issuer, aud: 'api', sub: '7', iat: now, exp: now + 60 })
  const request = { authorization: `Bearer ${signed}` }
  const remote = () => new ResourceServer(new Verifier({ issuer: provider.issuer, audience: 'api' }))
  const guard = remote()
  assert.throws(() => guard.authenticateSync(request), KeySetNotLoadedError)
  assert.equal((await guard.authenticate(request)).subject, '7')
  assert.equal(guard.authenticateSync(request).subject, '7')

  const flow = remote().flow.authenticate(request)
  let step = flow.advance()
  while (!step.done) {
    const reply = await fetch(step.http.url)
    step = flow.advance({ status: reply.status, headers: reply.headers, body: await reply.text() })
  }
  assert.equal(step.result.subject, '7')
})

test('a provider that is away lets nobody in', async () => {
  const foreign = new Signer(PrivateKey.generate('ES256'), { algorithm: 'ES256', kid: 'k' }).signSync({ aud: 'api' }, { lifetime: 60 })
  const guard = new ResourceServer(new Verifier({ issuer: 'http://127.0.0.1:9', audience: 'api' }))
  const answer = await guard.authenticate({ authorization: `Bearer ${foreign}` })
  assert.equal(answer.status, 503)
  assert.ok(answer.error instanceof NetworkError && !('WWW-Authenticate' in answer.headers))
})
