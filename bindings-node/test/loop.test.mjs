// The network on the JavaScript thread: what its event loop must not miss, and what it must not lose.

import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { after, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Client, Service } from 'ferroauth'
import { CLIENT, startProvider } from './support/provider.mjs'

let provider
let client
before(async () => {
  provider = await startProvider()
  client = new Client(await Service.discover(provider.issuer), CLIENT)
})
after(() => provider.stop())

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
/** Keeps JavaScript, and with it the event loop, busy. */
const block = (milliseconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
const answered = (tokens) => assert.equal(tokens.tokenType, 'Bearer')

/** A server on a thread of its own, which answers while this thread is busy. */
async function elsewhere(script) {
  const worker = new Worker(`
    const { createServer } = require('node:http')
    const { parentPort } = require('node:worker_threads')
    const reply = JSON.stringify({ access_token: 'a', token_type: 'Bearer' })
    const server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(reply)
      })
    })
    let connections = 0
    server.on('connection', () => { connections += 1 })
    parentPort.on('message', () => parentPort.postMessage(connections))
    ${script}
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
  `, { eval: true })
  const message = () => new Promise((resolve) => worker.once('message', resolve))
  const issuer = `http://127.0.0.1:${await message()}`
  const service = Service.fromJson({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  })
  return {
    client: new Client(service, CLIENT),
    connections: () => {
      const counted = message()
      worker.postMessage('count')
      return counted
    },
    stop: () => worker.terminate(),
  }
}

test('a connection that was closed while JavaScript was busy carries no request', async () => {
  const server = await elsewhere('server.keepAliveTimeout = 20; server.keepAliveTimeoutBuffer = 0')
  for (let round = 0; round < 5; round += 1) {
    answered(await server.client.clientCredentials())
    // Node's server rounds up to a second in places; nothing here depends on how long it takes.
    block(round === 0 ? 1500 : 300)
  }
  await server.stop()
})

test('a connection is used again as long as the server keeps it', async () => {
  const server = await elsewhere('server.keepAliveTimeout = 60000')
  for (let round = 0; round < 20; round += 1) {
    answered(await server.client.clientCredentials())
    if (round % 5 === 0) block(20)
    if (round % 5 === 1) await sleep(20)
  }
  assert.equal(await server.connections(), 1)
  await server.stop()
})

test('answers that came while JavaScript was busy are there afterwards', async () => {
  const server = await elsewhere('')
  const calls = Array.from({ length: 20 }, () => server.client.clientCredentials())
  block(100)
  ;(await Promise.all(calls)).forEach(answered)
  const call = server.client.clientCredentials()
  block(100)
  answered(await call)
  await server.stop()
})

test('an answer that is there before the call returns leaves room for all else', async () => {
  const server = await elsewhere('')
  let running = true
  setTimeout(() => { running = false }, 200)
  let calls = 0
  while (running) {
    answered(await server.client.clientCredentials())
    calls += 1
  }
  assert.ok(calls > 0)
  await server.stop()
})

test('200 calls at once, and one that starts from each result', async () => {
  const twice = async () => {
    answered(await client.clientCredentials())
    answered(await client.clientCredentials())
  }
  await Promise.all(Array.from({ length: 200 }, twice))
})

test('calls start from timers, microtasks, ticks and immediates alike', async () => {
  const starts = [
    (go) => setTimeout(go, 0), (go) => setTimeout(go, 5), setImmediate, process.nextTick, queueMicrotask,
    (go) => setImmediate(() => process.nextTick(go)),
  ]
  const calls = []
  for (let round = 0; round < 20; round += 1) {
    for (const start of starts) {
      calls.push(new Promise((resolve, reject) => start(() => client.clientCredentials().then(resolve, reject))))
    }
  }
  ;(await Promise.all(calls)).forEach(answered)
})

test('a late answer arrives', async () => {
  provider.overrides.set('/token', async () => {
    await sleep(700)
    return { access_token: 'late', token_type: 'Bearer' }
  })
  assert.equal((await client.clientCredentials()).accessToken, 'late')
  provider.overrides.delete('/token')
})

test('a deadline is kept when nobody answers', async () => {
  const service = await Service.discover(provider.issuer, { network: { timeoutMs: 150 } })
  const release = provider.hold('/token')
  await assert.rejects(new Client(service, CLIENT).clientCredentials(), { code: 'http.timeout' })
  release()
})

test('a call that fails at once fails later than it was made', async () => {
  let inside = true
  const call = Service.discover('https://does-not-exist.invalid').catch((error) => {
    assert.equal(inside, false)
    return error
  })
  inside = false
  assert.equal((await call).category, 'network')
})

test('a result finds the asynchronous context of its call', async () => {
  const storage = new AsyncLocalStorage()
  await Promise.all([1, 2, 3].map((number) => storage.run(number, async () => {
    answered(await client.clientCredentials())
    assert.equal(storage.getStore(), number)
  })))
})
