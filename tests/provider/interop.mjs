// The same provider with everything switched on that it can do: the interop run's.
//
//   node interop.mjs [--redirect URI]... [--hook URL] [--tls DIR] [--parent PID]
//
// --hook is where it sends logout tokens; with --tls (server, CA and client certificates as PEM) it listens for TLS with client
// certificates too and announces those addresses as mtls_endpoint_aliases. The ready line (see serve.mjs) has the clients' private keys.
import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { Provider, errors } from 'oidc-provider'
import { encryptionKeys, findAccount, signingKeys } from './common.mjs'
import { API, CIBA, clientKeys, publicViews, registrations } from './interop_clients.mjs'
import { keyPair } from './keypair.mjs'
import { commandLine, logged, serve } from './serve.mjs'

const OTHER_API = 'https://api.example.test/reports'
const values = commandLine({ hook: { type: 'string', default: 'http://127.0.0.1:9' }, tls: { type: 'string' } })
const pem = (name) => readFileSync(`${values.tls}/${name}.pem`, 'utf8')
const certificates = values.tls ? { self: pem('self-signed') } : undefined
const { pems, jwks } = clientKeys()
const clients = registrations({ redirectUris: values.redirectUris, jwks, hook: values.hook, certificates })

// One second for the client whose tokens expire while a test looks on.
const accessTokenTtl = (_ctx, token, client) => client.clientId === 'short' ? 1 : token.resourceServer?.accessTokenTTL ?? 600

const certificateOf = (ctx) => ctx.socket.getPeerX509Certificate?.()

const features = {
  devInteractions: { enabled: true },
  backchannelLogout: { enabled: true },
  ciba: {
    enabled: true,
    deliveryModes: ['poll'],
    processLoginHint: (_ctx, hint) => hint.startsWith('ada') ? hint : undefined,
    validateRequestContext: () => {},
    verifyUserCode: () => {},
    validateBindingMessage: () => {},
    triggerAuthenticationDevice
  },
  claimsParameter: { enabled: true },
  clientCredentials: { enabled: true },
  deviceFlow: { enabled: true, charset: 'base-20', mask: '****-****' },
  dPoP: {
    enabled: true,
    nonceSecret: Buffer.alloc(32, 7),
    requireNonce: (ctx) => ctx.oidc.client?.clientId === 'dpop-nonce' || ctx.oidc.accessToken?.clientId === 'dpop-nonce'
  },
  encryption: { enabled: true },
  introspection: { enabled: true },
  jwtIntrospection: { enabled: true },
  jwtResponseModes: { enabled: true },
  jwtUserinfo: { enabled: true },
  pushedAuthorizationRequests: { enabled: true },
  registration: { enabled: true, initialAccessToken: 'the-initial-access-token' },
  registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
  requestObjects: { enabled: true },
  resourceIndicators: {
    enabled: true,
    // The machine client always means the API; a login names it with `resource`, or gets an opaque token.
    defaultResource: (_ctx, client, oneOf) => oneOf ?? (client.clientId === 'machine' ? API : undefined),
    useGrantedResource: () => true,
    getResourceServerInfo: (_ctx, indicator) => {
      if (indicator !== API && indicator !== OTHER_API) throw new errors.InvalidTarget()
      return { scope: 'orders:read orders:write', audience: indicator, accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }
    }
  },
  richAuthorizationRequests: {
    enabled: true,
    types: { payment: { validate: (_ctx, detail) => { if (typeof detail.amount !== 'string') throw new errors.InvalidAuthorizationDetails('an amount is needed') } } },
    authorizationDetailsForGrantSource: (ctx) => ctx.oidc.params.authorization_details && JSON.parse(ctx.oidc.params.authorization_details),
    authorizationDetailsForAccessToken: (_ctx, _token, source) => source?.rar,
    authorizationDetailsForIntrospection: (_ctx, token) => token.rar
  },
  revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
  rpInitiatedLogout: {
    enabled: true,
    // The library's own page asks with a button; a hidden field says the same to a browser without scripts.
    logoutSource: (ctx, form) => { ctx.body = form.replace('</form>', '<input type="hidden" name="logout" value="yes"/></form>') }
  },
  userinfo: { enabled: true },
  webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' },
  ...(certificates && {
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: (ctx) => certificateOf(ctx)?.toString(),
      certificateAuthorized: (ctx) => ctx.socket.authorized === true,
      certificateSubjectMatches: (ctx, property, expected) =>
        property === 'tls_client_auth_san_dns' && certificateOf(ctx).subjectAltName.split(', ').includes(`DNS:${expected}`)
    }
  })
}

const configuration = {
  clients,
  jwks: { keys: [...signingKeys(), ...encryptionKeys()] },
  cookies: { keys: [keyPair('ed25519').privateKey.export({ format: 'jwk' }).d] },
  scopes: ['openid', 'offline_access', 'email', 'profile'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  acrValues: ['urn:example:bronze'],
  clockTolerance: 0,
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  // Its dispatcher refuses loopback addresses, as it should; here the client that is told of a logout has no other.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  rotateRefreshToken: () => true,
  clientAuthMethods: [
    'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none',
    ...(certificates ? ['tls_client_auth', 'self_signed_tls_client_auth'] : [])
  ],
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256'] },
  ttl: {
    AccessToken: accessTokenTtl,
    AuthorizationCode: 60,
    BackchannelAuthenticationRequest: 60,
    ClientCredentials: 600,
    // One second for the client that comes too late.
    DeviceCode: (_ctx, _code, client) => client.clientId === 'device-late' ? 1 : 60,
    Grant: 3600,
    IdToken: 600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600
  },
  features,
  findAccount
}

/** The person at the other device, who does what the binding message says, half a second later. */
async function triggerAuthenticationDevice (ctx, request, account, client) {
  const { provider, params } = ctx.oidc
  const decide = async () => {
    if (params.binding_message === 'deny') {
      return provider.backchannelResult(request, new errors.AccessDenied('the person said no'))
    }
    const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
    grant.addOIDCScope(params.scope)
    return provider.backchannelResult(request, await grant.save(), { authTime: Math.floor(Date.now() / 1000) })
  }
  setTimeout(() => decide().catch((error) => process.stderr.write(`ciba: ${error.stack}\n`)), params.binding_message === 'later' ? 500 : 0)
}

/** The second door, for TLS with client certificates; the address of each endpoint behind it. */
function listenForTls (answer) {
  const server = createTlsServer({
    key: pem('server-key'), cert: pem('server'), ca: pem('ca'), requestCert: true, rejectUnauthorized: false
  }, logged((request, response) => answer()(request, response)))
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(`https://127.0.0.1:${server.address().port}`)))
}

serve(values, async (issuer) => {
  let callback
  if (certificates) {
    const door = await listenForTls(() => callback)
    configuration.discovery = {
      mtls_endpoint_aliases: {
        token_endpoint: `${door}/token`,
        introspection_endpoint: `${door}/token/introspection`,
        revocation_endpoint: `${door}/token/revocation`,
        userinfo_endpoint: `${door}/me`
      }
    }
  }
  const provider = new Provider(issuer, configuration)
  callback = provider.callback()
  return { provider, facts: { apis: [API, OTHER_API], ciba: CIBA, keys: pems, clients: publicViews(clients), initial_access_token: 'the-initial-access-token' } }
})
