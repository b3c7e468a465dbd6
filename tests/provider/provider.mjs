// A real, certified OpenID provider (npm oidc-provider) on a free loopback port, with its own login and consent forms: the demo's.
//
//   node provider.mjs [--redirect URI]... [--parent PID]
//
// When it is ready it prints one line of JSON (see serve.mjs):
//   {"issuer", "pid", "api", "clients": {"demo-basic": {client_id, client_secret, authentication_method, ...}, ...}}
import { Provider, errors } from 'oidc-provider'
import { API, publicView, registrations } from './clients.mjs'
import { findAccount, signingKeys } from './common.mjs'
import { keyPair } from './keypair.mjs'
import { commandLine, serve } from './serve.mjs'

const values = commandLine()
const clients = registrations(values.redirectUris)

const configuration = {
  clients,
  jwks: { keys: signingKeys() },
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
  findAccount
}

serve(values, (issuer) => ({
  provider: new Provider(issuer, configuration),
  facts: { api: API, clients: Object.fromEntries(clients.map((client) => [client.client_id, publicView(client)])) }
}))
