// worker_threads: created and terminated in mid-call, while others go on.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Decrypter, Encrypter, EncryptionKey, HmacKey, ResourceServer, Signer, Verifier } from 'ferroauth'
import { CLIENT, startProvider } from './support/provider.mjs'

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

const start = (script, workerData) =>
  new Worker(`
    const { parentPort, workerData } = require('node:worker_threads')
    const { Client, HmacKey, Service, Signer, Verifier } = require('ferroauth')
    ${script}
  `, { eval: true, workerData })

const CALLS = `
  Service.discover(workerData.issuer).then((service) => {
    const client = new Client(service, workerData.client)
    parentPort.postMessage('started')
    const loop = () => client.clientCredentials().then(loop)
    for (let i = 0; i < 8; i += 1) loop()
  })
`
const data = () => ({ issuer: provider.issuer, client: CLIENT })
const message = (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))

test('a worker does the whole job and ends by itself', async () => {
  const worker = start(`
    Service.discover(workerData.issuer).then(async (service) => {
      const client = new Client(service, workerData.client)
      parentPort.postMessage((await client.clientCredentials({ scopes: ['all'] })).scopes)
    })
  `, data())
  const ended = new Promise((resolve) => worker.once('exit', resolve))
  assert.deepEqual(await message(worker), ['all'])
  assert.equal(await ended, 0)
})

test('500 workers are created and terminated in mid-call', { timeout: 300_000 }, async () => {
  // The extension is loaded by workers only, at first: each end of the last of them would unload it.
  let terminated = 0
  const lane = async (seed) => {
    for (let round = 0; round < 125; round += 1) {
      const worker = start(CALLS, data())
      // Some are ended while they load, some between, most in the middle of their calls.
      if ((round + seed) % 5 === 0) await new Promise((resolve) => setTimeout(resolve, (round * 7) % 40))
      else await message(worker)
      await worker.terminate()
      terminated += 1
    }
  }
  await Promise.all([0, 1, 2, 3].map(lane))
  assert.equal(terminated, 500)
})

// Where the network runs on one thread for all, that keeps connections for the next call.
const shared = process.platform !== 'linux' || process.versions.bun !== undefined
test('a worker that ended has left no descriptor behind, however it ended', { skip: shared }, async () => {
  const descriptors = () => readdirSync('/proc/self/fd').length
  const ends = [
    (worker) => worker.terminate(),
    (worker) => worker.postMessage('exit'),
    (worker) => worker.postMessage('throw'),
  ]
  const round = async (index) => {
    const worker = start(`
      parentPort.on('message', (how) => {
        if (how === 'exit') process.exit(0)
        throw new Error('mine')
      })
      ${CALLS}
    `, data())
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    await message(worker)
    worker.on('error', () => {})
    await ends[index % ends.length](worker)
    await ended
  }
  await round(0)
  const before = descriptors()
  for (let index = 0; index < 30; index += 1) await round(index)
  // The provider, in this process, may not yet have noticed that the last connections are closed.
  for (let tries = 0; tries < 100 && descriptors() > before; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.ok(descriptors() <= before, `${descriptors()} descriptors, ${before} before`)
})

test('main thread and workers use the network at the same time', async () => {
  const { Client, Service } = await import('ferroauth')
  const client = new Client(await Service.discover(provider.issuer), CLIENT)
  const workers = [0, 1, 2].map(() => start(CALLS, data()))
  await Promise.all(workers.map(message))
  for (let round = 0; round < 50; round += 1) {
    assert.equal((await client.clientCredentials({ scopes: ['all'] })).scopes[0], 'all')
    if (round === 25) await workers[0].terminate()
  }
  await Promise.all(workers.map((worker) => worker.terminate()))
  assert.equal((await client.clientCredentials()).tokenType, 'Bearer')
})

test('claims cross to another thread as plain data, keys do not cross', async () => {
  const worker = start(`
    const key = new HmacKey('x'.repeat(32))
    const token = new Signer(key, { algorithm: 'HS256' }).signSync({ sub: '7' }, { lifetime: 60 })
    const verifier = new Verifier({ key, algorithms: ['HS256'], issuer: null, audience: null })
    parentPort.postMessage([verifier.verifySync(token), key])
  `, data())
  const [claims, key] = await message(worker)
  assert.equal(claims.sub, '7')
  assert.deepEqual(Object.keys(key), [])
  await worker.terminate()
})

test('an API answers 503 while another thread decrypts a token with a password', async () => {
  const password = EncryptionKey.fromSecret('a password that people share', { algorithm: 'PBES2-HS256+A128KW' })
  const key = new HmacKey('s'.repeat(32))
  const signed = new Signer(key, { algorithm: 'HS256' }).signSync({ sub: '42' }, { lifetime: 600 })
  const sealed = (pbes2Iterations) => new Encrypter(password, { encryption: 'A128GCM', pbes2Iterations }).encrypt(signed, { contentType: 'JWT' })
  const decrypter = new Decrypter(password, { encryptions: ['A128GCM'], pbes2MaxIterations: 1_200_000 })
  const api = new ResourceServer(new Verifier({ issuer: null, audience: null, key, algorithms: ['HS256'], decrypter }))
  const cheap = { authorization: `Bearer ${sealed(1000)}` }
  assert.equal(api.authenticateSync(cheap).granted, true)
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const worker = start(`
    const { Decrypter, EncryptionKey } = require('ferroauth')
    const password = EncryptionKey.fromSecret('a password that people share', { algorithm: 'PBES2-HS256+A128KW' })
    const decrypter = new Decrypter(password, { encryptions: ['A128GCM'], pbes2MaxIterations: 1200000 })
    Atomics.store(workerData.flag, 0, 1)
    // The turn may be that of a cheap token; and on a machine that is busy itself the other thread may miss one.
    const opened = []
    while (opened.length === 0 || (opened.length < 50 && Atomics.load(workerData.flag, 0) === 1)) {
      try {
        opened.push(decrypter.decrypt(workerData.token).plaintext.toString())
      } catch (error) {
        if (error.code !== 'token.busy') throw error
      }
    }
    Atomics.store(workerData.flag, 0, 2)
    parentPort.postMessage(opened[0])
  `, { flag, token: sealed(1_200_000) })
  const opened = message(worker)
  while (Atomics.load(flag, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  let denied
  while (denied === undefined && Atomics.load(flag, 0) === 1) {
    // Before the worker has its turn, the cheap token is simply good.
    const answer = api.authenticateSync(cheap)
    if (!answer.granted) denied = answer
  }
  Atomics.store(flag, 0, 3)
  assert.deepEqual([denied?.status, denied?.error.code, denied?.headers['WWW-Authenticate']], [503, 'token.busy', undefined])
  assert.equal(await opened, signed)
  assert.equal(api.authenticateSync(cheap).granted, true)
  await worker.terminate()
})
