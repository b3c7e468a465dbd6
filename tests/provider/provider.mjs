// A real, certified OpenID provider (npm oidc-provider) on a free loopback port, with its own login and consent forms.
//
//   node provider.mjs [--redirect URI]... [--parent PID]
//
// When it is ready it prints one line of JSON to standard output:
//   {"issuer", "pid", "api", "clients": {"demo-basic": {client_id, client_secret, authentication_method, ...}, ...}}
// and a line per answered request to standard error. It ends on SIGTERM, and by itself when its parent is gone or
// after 20 minutes: no run leaves one behind.
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { Provider, errors } from 'oidc-provider'
import { API, publicView, registrations } from './clients.mjs'
import { keyPair } from './keypair.mjs'

const LIFETIME_MS = 20 * 60 * 1000

const { values } = parseArgs({
  options: {
    redirect: { type: 'string', multiple: true, default: [] },
    parent: { type: 'string', default: String(process.ppid) }
  }
})
const redirectUris = ['http://127.0.0.1:8765/callback', ...values.redirect]

const jwk = (type, options, kid, alg) =>
  ({ ...keyPair(type, options).privateKey.export({ format: 'jwk' }), kid, use: 'sig', ...(alg ? { alg } : {}) })

const clients = registrations(redirectUris)

const configuration = {
  clients,
  jwks: {
    keys: [
      jwk('rsa', { modulusLength: 2048 }, 'rsa-1'),
      jwk('ec', { namedCurve: 'P-256' }, 'ec-1', 'ES256'),
      jwk('ed25519', {}, 'okp-1')
    ]
  },
  cookies: { keys: [keyPair('ed25519').privateKey.export({ format: 'jwk' }).d] },
  scopes: ['openid', 'offline_access', 'email', 'profile'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  // The quickstarts read the e-mail address from the ID token, as most providers allow.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, ClientCredentials: 600, Grant: 3600, IdToken: 600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
  features: {
    devInteractions: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    clientCredentials: { enabled: true },
    userinfo: { enabled: true },
    rpInitiatedLogout: { enabled: false },
    resourceIndicators: {
      enabled: true,
      // The machine client always means the API; a login names it with `resource`, or gets an opaque token.
      defaultResource: (_ctx, client, oneOf) => oneOf ?? (client.clientId === 'demo-machine' ? API : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, indicator) => {
        if (indicator !== API) throw new errors.InvalidTarget()
        return { scope: 'orders:read', audience: API, accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
      }
    }
  },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.test`, email_verified: true, name: `The person ${id}` })
  })
}

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  // The library's notices about its development forms are for its operators, and ours must not end up in the reader's JSON line.
  console.info = console.warn = console.error
  const provider = new Provider(issuer, configuration)
  const answer = provider.callback()
  server.on('request', (request, response) => {
    response.on('finish', () => process.stderr.write(`${request.method} ${request.url.split('?')[0]} ${response.statusCode}\n`))
    answer(request, response)
  })
  provider.on('server_error', (_ctx, error) => process.stderr.write(`server error: ${error.stack}\n`))
  process.stdout.write(JSON.stringify({
    issuer,
    pid: process.pid,
    api: API,
    clients: Object.fromEntries(clients.map((client) => [client.client_id, publicView(client)]))
  }) + '\n')
})

const parent = Number(values.parent)
setInterval(() => {
  try { process.kill(parent, 0) } catch { process.exit(0) }
}, 1000)
setTimeout(() => process.exit(0), LIFETIME_MS)
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
