// What loading does to a process, when it may end, and how it ends with calls in flight.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CLIENT, startProvider } from './support/provider.mjs'

const run = promisify(execFile)
const linux = process.platform === 'linux'

let provider
let environment
before(async () => {
  provider = await startProvider()
  environment = { ...process.env, ISSUER: provider.issuer, CLIENT: JSON.stringify(CLIENT) }
})
after(() => provider.stop())

/** Runs a script in a fresh process; a hang counts as a failure. */
const node = (script, { type = 'commonjs', env = {} } = {}) =>
  run(process.execPath, [`--input-type=${type}`, '--eval', script], {
    timeout: 60_000,
    killSignal: 'SIGKILL',
    env: { ...environment, ...env },
  })

const COUNT = `
  const { readdirSync, readlinkSync } = require('node:fs')
  const threads = () => readdirSync('/proc/self/task').length
  const descriptors = () => readdirSync('/proc/self/fd').map((fd) => {
    try { return readlinkSync('/proc/self/fd/' + fd) } catch { return '' }
  }).filter((target) => /socket|eventfd|eventpoll|pipe/.test(target)).length
`

test('loading starts no thread and opens no socket; synchronous work neither', { skip: !linux }, async () => {
  const { stdout } = await node(`${COUNT}
    const before = [threads(), descriptors()]
    const started = process.hrtime.bigint()
    const memory = process.memoryUsage.rss()
    const { HmacKey, Signer, Verifier, Client, Service } = require('ferroauth')
    const elapsed = Number(process.hrtime.bigint() - started) / 1e6
    const grown = (process.memoryUsage.rss() - memory) / 1048576
    const loaded = [threads(), descriptors()]
    const key = new HmacKey('x'.repeat(32))
    const token = new Signer(key, { algorithm: 'HS256' }).signSync({ sub: '1' }, { lifetime: 60 })
    new Verifier({ key, algorithms: ['HS256'], issuer: null, audience: null }).verifySync(token)
    const client = new Client(Service.preset('frappe', { baseUrl: 'https://erp.example.com' }), {
      clientId: 'a', redirectUri: 'https://app.example.com/cb',
    })
    client.beginAuthorization({ scopes: ['all'] }).seal(Buffer.alloc(32))
    console.log(JSON.stringify({ before, loaded, used: [threads(), descriptors()], elapsed, grown }))
  `)
  const seen = JSON.parse(stdout)
  console.log(`require: ${seen.elapsed.toFixed(1)} ms, ${seen.grown.toFixed(1)} MiB`)
  assert.deepEqual(seen.loaded, seen.before)
  assert.deepEqual(seen.used, seen.before)
})

test('the network needs no thread, however many calls', { skip: !linux }, async () => {
  const { stdout } = await node(`${COUNT}
    const { Client, Service } = require('ferroauth')
    const before = threads()
    Service.discover(process.env.ISSUER).then(async (service) => {
      const client = new Client(service, JSON.parse(process.env.CLIENT))
      await Promise.all(Array.from({ length: 200 }, () => client.clientCredentials()))
      console.log(threads() - before)
    })
  `)
  assert.equal(stdout.trim(), process.versions.bun ? '1' : '0')
})

test('a process ends by itself once nothing is in flight', async () => {
  const { stdout } = await node(`
    import { Service } from 'ferroauth'
    const service = await Service.discover(process.env.ISSUER)
    console.log(service.issuer)
  `, { type: 'module' })
  assert.equal(stdout.trim(), provider.issuer)
})

test('a call in flight keeps the process alive', async () => {
  provider.overrides.set('/token', async () => {
    await new Promise((resolve) => setTimeout(resolve, 400))
    return { access_token: 'a', token_type: 'Bearer' }
  })
  const { stdout } = await node(`
    const { Client, Service } = require('ferroauth')
    Service.discover(process.env.ISSUER)
      .then((service) => new Client(service, JSON.parse(process.env.CLIENT)).clientCredentials())
      .then((tokens) => console.log(tokens.accessToken))
  `)
  provider.overrides.delete('/token')
  assert.equal(stdout.trim(), 'a')
})

test('process.exit with a hundred calls in flight ends at once with its own code, 60 times', async () => {
  const release = provider.hold('/token')
  const script = `
    const { Client, Service } = require('ferroauth')
    Service.discover(process.env.ISSUER).then((service) => {
      const client = new Client(service, JSON.parse(process.env.CLIENT))
      for (let i = 0; i < 100; i += 1) client.clientCredentials().catch(() => {})
      const { ROUND } = process.env
      if (ROUND % 3 === 0) process.exit(7)
      if (ROUND % 3 === 1) setImmediate(() => process.exit(7))
      else setTimeout(() => process.exit(7), ROUND % 20)
    })
  `
  for (let round = 0; round < 60; round += 4) {
    const batch = [0, 1, 2, 3].map((offset) => node(script, { env: { ROUND: String(round + offset) } }))
    for (const result of await Promise.allSettled(batch)) {
      assert.equal(result.reason?.code, 7, result.reason?.stderr ?? 'exit code 0')
      assert.equal(result.reason.stderr, '')
    }
  }
  release()
})

test('a call that fails before it is sent keeps the process alive until it is answered', async () => {
  const { stdout } = await node(`
    const { Service } = require('ferroauth')
    let inside = true
    Service.discover('https://[::]').catch((error) => console.log(inside, error.name))
    inside = false
  `)
  assert.match(stdout, /^false \w+Error$/m)
})

test('an exception thrown where a result is awaited is the usual unhandled rejection', async () => {
  const failed = await node(`
    const { Service } = require('ferroauth')
    Service.discover(process.env.ISSUER).then(() => { throw new Error('mine') })
  `).catch((error) => error)
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /mine/)
})

test('cluster: four workers use a client while the primary has used its own', async () => {
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL('support/cluster.cjs', import.meta.url))], {
    timeout: 60_000,
    killSignal: 'SIGKILL',
    env: environment,
  })
  assert.equal(stdout.trim(), 'all well')
})
