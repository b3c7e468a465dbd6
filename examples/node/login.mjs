// A login page and an API in one program, with nothing but node:http and ferroauth.
//
//   ISSUER=https://idp.example.com CLIENT_ID=abc CLIENT_SECRET=.. APP_KEY=$(openssl rand -hex 32) node login.mjs
//
// Register http://127.0.0.1:8080/callback at the provider and open http://127.0.0.1:8080/. The API at /api takes
// access tokens of the same issuer for the audience API_AUDIENCE (my-api). PORT changes the port.

import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import {
  CallbackError, Client, Denial, FerroauthError, PendingAuthorizationError, ResourceServer, Service, Verifier,
} from 'ferroauth'

const { ISSUER = '', CLIENT_ID = '', CLIENT_SECRET, APP_KEY = '', API_AUDIENCE = 'my-api', PORT = '8080' } = process.env
const appKey = Buffer.from(APP_KEY, 'hex')

const service = await Service.discover(ISSUER)
const client = new Client(service, {
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  redirectUri: `http://127.0.0.1:${PORT}/callback`,
})
const resourceServer = new ResourceServer(new Verifier({ issuer: ISSUER, audience: API_AUDIENCE }))

// Who is logged in, by session id. A real site has its framework's session for this.
const users = new Map()

const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
const page = (text, status = 200) => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><title>ferroauth</title><p>${text}</p>`,
})
const json = (value, status = 200, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})
const cookie = (name, value) => `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${value ? '' : '; Max-Age=0'}`
const redirect = (location, cookies) => ({ status: 303, headers: { location, 'set-cookie': cookies }, body: '' })

function cookiesOf(request) {
  const pairs = (request.headers.cookie ?? '').split(/; */).map((pair) => pair.split('='))
  return new Map(pairs.map(([name, value]) => [name, value ?? '']))
}

const routes = {
  '/'(request) {
    const user = users.get(cookiesOf(request).get('session'))
    return user ? page(`Hello, ${escape(user)}.`) : page('<a href="/login">Log in</a>')
  },

  '/login'() {
    const pending = client.beginAuthorization({ scopes: ['openid', 'email'] })
    return redirect(pending.url, [cookie('oauth', pending.seal(appKey))])
  },

  async '/callback'(request) {
    const pending = client.openPending(cookiesOf(request).get('oauth') ?? '', appKey)
    const tokens = await client.finishAuthorization(pending, request.url)
    // @ts-expect-error It is there, since openid was asked for; the types cannot know that.
    const { claims } = tokens.idToken
    const session = randomBytes(32).toString('base64url')
    users.set(session, claims.email ?? claims.sub)
    return redirect('/', [cookie('oauth', ''), cookie('session', session)])
  },

  async '/api'(request) {
    const caller = await resourceServer.authenticate(request)
    if (caller instanceof Denial) return json({ error: caller.error.code }, caller.status, caller.headers)
    return json({ hello: caller.subject })
  },
}

async function answer(request) {
  const route = routes[request.url.split('?')[0]]
  if (!route) return page('Not found.', 404)
  try {
    return await route(request)
  } catch (error) {
    if (error instanceof CallbackError || error instanceof PendingAuthorizationError) {
      return page(`This login cannot be used: ${error.code}. <a href="/login">Again</a>`, 400)
    }
    if (!(error instanceof FerroauthError)) throw error
    console.error(`${error.code}: ${error.message}`)
    return page(`The login failed: ${error.code}.`, error.status)
  }
}

const server = createServer((request, response) => {
  answer(request).then(({ status, headers, body }) => {
    response.writeHead(status, { 'Cache-Control': 'no-store', ...headers })
    response.end(body)
  })
})
server.listen(Number(PORT), '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/`))
