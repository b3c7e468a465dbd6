// The loopback receiver: a response received, requests forwarded, waiting that ends.

import assert from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'
import { CallbackError, Client, ConfigurationError, InternalError, LoopbackReceiver, Service } from 'ferroauth'

/** Status, page and Location, as a browser gets them. */
const visit = (url) =>
  new Promise((resolve, reject) => {
    get(url, (answer) => {
      let page = ''
      answer.setEncoding('utf8')
      answer.on('data', (part) => (page += part))
      answer.on('end', () => resolve({ status: answer.statusCode, page, location: answer.headers.location }))
    }).on('error', reject)
  })

test('a response is received, others are waited past', async () => {
  const receiver = new LoopbackReceiver()
  const service = Service.preset('frappe', { baseUrl: 'https://erp.example.com' })
  const client = new Client(service, { clientId: 'a', clientSecret: 's', redirectUri: receiver.redirectUri })
  const pending = client.beginAuthorization()
  const waiting = receiver.receive({ state: pending.state, timeoutMs: 20_000 })
  const origin = new URL(receiver.redirectUri).origin
  assert.equal((await visit(`${origin}/favicon.ico`)).status, 404)
  assert.equal((await visit(`${receiver.redirectUri}?code=evil&state=other`)).status, 400)
  const { status, page } = await visit(`${receiver.redirectUri}?code=c0de&state=${pending.state}`)
  assert.equal(status, 200)
  assert(!page.includes('c0de'))
  assert.equal(await waiting, `${receiver.redirectUri}?code=c0de&state=${pending.state}`)
  await assert.rejects(visit(receiver.redirectUri))
  await assert.rejects(receiver.receive(), InternalError)
})

test('requests are forwarded until it is closed', async () => {
  const receiver = new LoopbackReceiver({ host: '127.0.0.1', path: '/' })
  const waiting = receiver.forward('https://site.example/return?q=x')
  const { status, location } = await visit(`http://127.0.0.1:${receiver.port}/any?code=a%20b`)
  assert.deepEqual([status, location], [302, 'https://site.example/return?q=x&code=a%20b'])
  receiver.close()
  assert.equal(await waiting, 1)
})

test('waiting ends with the time, and arguments are checked', async () => {
  await assert.rejects(new LoopbackReceiver().receive({ timeoutMs: 50 }), (error) => {
    return error instanceof CallbackError && error.code === 'callback.timeout'
  })
  const taken = new LoopbackReceiver()
  assert.throws(() => new LoopbackReceiver({ port: taken.port }), { code: 'callback.listen' })
  taken.close()
  for (const wrong of [{ host: '0.0.0.0' }, { path: 'x' }, { path: '/a/../b' }, { port: 70_000 }, { ports: 1 }]) {
    assert.throws(() => new LoopbackReceiver(wrong), ConfigurationError)
  }
})

test('a caller can carry it: all of its steps are waiting', async () => {
  const receiver = new LoopbackReceiver()
  const flow = receiver.flow.receive({ timeoutMs: 20_000 })
  let step = flow.advance()
  const visited = visit(`${receiver.redirectUri}?error=access_denied`)
  while (!step.done) {
    assert.equal(step.http, null)
    await new Promise((resolve) => setTimeout(resolve, step.sleep))
    step = flow.advance()
  }
  assert.equal(step.result, `${receiver.redirectUri}?error=access_denied`)
  assert.equal((await visited).status, 200)
})
