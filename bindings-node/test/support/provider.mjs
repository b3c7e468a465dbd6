// A small provider on loopback, in this process: discovery, authorization code with PKCE, refresh with
// rotation, client credentials, introspection, revocation, userinfo. Made of node:http and node:crypto only,
// so that nothing of the package under test stands on both sides.

import { createHash, randomBytes, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { keyPair } from './keypair.mjs'

export const CLIENT = { clientId: 'abc', clientSecret: 's3cret: %', redirectUri: 'https://app.example.com/callback' }
export const USER = { sub: '248289761001', email: 'jane@example.com', email_verified: true, name: 'Jane Doe' }

const now = () => Math.floor(Date.now() / 1000)
const random = () => randomBytes(16).toString('base64url')
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

export async function startProvider() {
  const { privateKey, publicKey } = keyPair('ec', { namedCurve: 'P-256' })
  const codes = new Map()
  const tokens = new Map()
  /** Requests seen, by path. */
  const seen = []
  /** Per path: a function that answers in place of the provider. */
  const overrides = new Map()
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }]

  const jwt = (claims, header = {}) => {
    const input = `${encode({ alg: 'ES256', kid: 'k1', ...header })}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }
  const issue = ({ scope, nonce, refreshable }) => {
    const reply = { access_token: random(), token_type: 'Bearer', expires_in: 300, scope }
    tokens.set(reply.access_token, { scope, sub: USER.sub })
    if (refreshable) {
      reply.refresh_token = random()
      tokens.set(reply.refresh_token, { scope, sub: USER.sub, refresh: true })
    }
    if (scope.split(' ').includes('openid')) {
      reply.id_token = jwt({
        iss: provider.issuer, aud: CLIENT.clientId, iat: now(), exp: now() + 300, nonce, ...USER,
      })
    }
    return reply
  }
  const authenticated = (request, form) => {
    const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')
    const decode = (text) => decodeURIComponent(text.replaceAll('+', ' '))
    const [id, secret] = basic
      ? Buffer.from(basic[1], 'base64').toString().split(':').map(decode)
      : [form.get('client_id'), form.get('client_secret')]
    return id === CLIENT.clientId && secret === CLIENT.clientSecret
  }
  const grants = {
    authorization_code(form) {
      const code = codes.get(form.get('code'))
      codes.delete(form.get('code'))
      const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
      const fits = code && code.challenge === challenge && form.get('redirect_uri') === CLIENT.redirectUri
      return fits && issue({ ...code, refreshable: true })
    },
    refresh_token(form) {
      const token = tokens.get(form.get('refresh_token'))
      tokens.delete(form.get('refresh_token'))
      return token?.refresh && issue({ scope: token.scope, refreshable: true })
    },
    client_credentials: (form) => issue({ scope: form.get('scope') ?? 'all' }),
  }
  const routes = {
    '/.well-known/openid-configuration': () => ({
      issuer: provider.issuer,
      authorization_endpoint: `${provider.issuer}/authorize`,
      token_endpoint: `${provider.issuer}/token`,
      jwks_uri: `${provider.issuer}/jwks`,
      introspection_endpoint: `${provider.issuer}/introspect`,
      revocation_endpoint: `${provider.issuer}/revoke`,
      userinfo_endpoint: `${provider.issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    }),
    '/jwks': () => ({ keys }),
    '/token': (request, form) => {
      if (!authenticated(request, form)) return [401, { error: 'invalid_client' }]
      const reply = grants[form.get('grant_type')]?.(form)
      return reply || [400, { error: 'invalid_grant', error_description: 'not\u0007 known <b>here</b>' }]
    },
    '/introspect': (request, form) => {
      if (!authenticated(request, form)) return [401, { error: 'invalid_client' }]
      const token = tokens.get(form.get('token'))
      return token ? { active: true, scope: token.scope, sub: token.sub } : { active: false }
    },
    '/revoke': (request, form) => {
      if (!authenticated(request, form)) return [401, { error: 'invalid_client' }]
      tokens.delete(form.get('token'))
      return {}
    },
    '/userinfo': (request) => {
      const token = tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1])
      return token ? USER : [401, { error: 'invalid_token' }]
    },
  }

  const server = createServer(async (request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname
    seen.push(path)
    let body = ''
    for await (const chunk of request) body += chunk
    const form = new URLSearchParams(body)
    const answer = overrides.get(path) ?? routes[path]
    const given = answer ? await answer(request, form, response) : [404, { error: 'not found' }]
    if (response.writableEnded || given === undefined) return
    const [status, value] = Array.isArray(given) ? given : [200, given]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

  const provider = {
    issuer: `http://127.0.0.1:${server.address().port}`,
    seen,
    overrides,
    jwt,
    keys,
    /** What the browser does: reads the authorization request, and comes back with a code. */
    login(url) {
      const request = new URL(url).searchParams
      const code = random()
      codes.set(code, {
        scope: request.get('scope') ?? '',
        nonce: request.get('nonce'),
        challenge: request.get('code_challenge'),
      })
      const back = new URLSearchParams({ code, state: request.get('state'), iss: provider.issuer })
      return `/callback?${back}`
    },
    /** Makes a path wait until the returned function is called. */
    hold(path) {
      let release
      const gate = new Promise((resolve) => (release = resolve))
      overrides.set(path, async (...values) => {
        await gate
        return routes[path](...values)
      })
      return () => {
        overrides.delete(path)
        release()
      }
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return provider
}
