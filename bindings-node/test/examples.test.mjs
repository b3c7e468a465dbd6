// The programs of examples/node, as a reader runs them, against the provider on loopback.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CLIENT, USER, startProvider } from './support/provider.mjs'

let provider
before(async () => {
  provider = await startProvider()
})
after(() => provider.stop())

const program = (name) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url))
const environment = (more) => ({
  ...process.env, ISSUER: provider.issuer, CLIENT_ID: CLIENT.clientId, CLIENT_SECRET: CLIENT.clientSecret, ...more,
})

test('host_driven.mjs carries every request with fetch', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program('host_driven.mjs')], {
    env: environment(), timeout: 30_000,
  })
  assert.equal(stdout.match(/^(GET|POST) http/gm).length, 5)
  assert.deepEqual(stdout.match(/^active: .*$/gm), ['active: true', 'active: false'])
})

async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

test('login.mjs logs a user in and guards an API', async () => {
  const port = await freePort()
  const redirectUri = CLIENT.redirectUri
  CLIENT.redirectUri = `http://127.0.0.1:${port}/callback`
  const env = environment({ PORT: String(port), APP_KEY: '07'.repeat(32) })
  const child = spawn(process.execPath, [program('login.mjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await new Promise((resolve, reject) => child.stdout.once('data', resolve).once('end', reject))
    const site = `http://127.0.0.1:${port}`
    const get = (path, headers) => fetch(site + path, { redirect: 'manual', headers })
    const cookies = (response) => response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')

    assert.match(await (await get('/')).text(), /Log in/)
    const begun = await get('/login')
    assert.equal(begun.status, 303)
    const back = provider.login(begun.headers.get('location'))
    assert.equal((await get(back, {})).status, 400, 'without the cookie')
    const done = await get(back, { cookie: cookies(begun) })
    assert.equal(done.status, 303)
    assert.match(await (await get('/', { cookie: cookies(done) })).text(), new RegExp(USER.email))
    assert.equal((await get(back, { cookie: cookies(begun) })).status, 400, 'a second time')

    const now = Math.floor(Date.now() / 1000)
    const token = provider.jwt({ iss: provider.issuer, aud: 'my-api', sub: 'machine', iat: now, exp: now + 60 })
    const answer = await get('/api', { authorization: `Bearer ${token}` })
    assert.deepEqual([answer.status, await answer.json()], [200, { hello: 'machine' }])
    const answers = { 'Bearer x': 401, [`Basic ${token}`]: 401, [`Bearer ${token}x`]: 401, Bearer: 400, [`Bearer ${token}, x`]: 400 }
    for (const [authorization, status] of Object.entries(answers)) {
      const refused = await get('/api', { authorization })
      assert.equal(refused.status, status, authorization)
      assert.match(refused.headers.get('www-authenticate'), /^Bearer/)
    }
    assert.equal((await get('/api')).status, 401)
  } finally {
    CLIENT.redirectUri = redirectUri
    child.kill()
  }
})
