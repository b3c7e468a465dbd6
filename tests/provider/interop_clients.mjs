// The registered clients of the interop run: one per thing that a server can ask of a client.
import { API, publicView } from './clients.mjs'
import { keyPair } from './keypair.mjs'
import { createPublicKey, randomBytes } from 'node:crypto'

const LOGIN = ['authorization_code', 'refresh_token']
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const CIBA = 'urn:openid:params:grant-type:ciba'

// RFC 6749 section 2.3.1: these characters tell a client that form-encodes what is in a Basic header from one that does not.
const awkwardSecret = () => `${randomBytes(30).toString('base64url')}+%:/&=~`

/** Private keys of the clients as PEM, and the public halves as registrations have them. */
export function clientKeys () {
  const kinds = {
    'sig-rs': ['rsa', { modulusLength: 2048 }, 'sig', 'RS256'],
    'sig-es': ['ec', { namedCurve: 'P-256' }, 'sig', 'ES256'],
    'sig-ed': ['ed25519', {}, 'sig', 'EdDSA'],
    'enc-rsa': ['rsa', { modulusLength: 2048 }, 'enc', 'RSA-OAEP-256'],
    'enc-ec': ['ec', { namedCurve: 'P-256' }, 'enc', 'ECDH-ES']
  }
  const pems = {}
  const jwks = {}
  for (const [kid, [type, options, use, alg]] of Object.entries(kinds)) {
    const { privateKey, publicKey } = keyPair(type, options)
    pems[kid] = privateKey.export({ type: 'pkcs8', format: 'pem' })
    jwks[kid] = { ...publicKey.export({ format: 'jwk' }), kid, use, alg }
  }
  return { pems, jwks }
}

/** Registrations as oidc-provider reads them (RFC 7591 names), by client id. */
export function registrations ({ redirectUris, jwks, hook, certificates }) {
  const base = (id, method, more) => ({
    client_id: id,
    ...(['none', 'private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'].includes(method) ? {} : { client_secret: awkwardSecret() }),
    token_endpoint_auth_method: method,
    ...more
  })
  const login = (id, method = 'client_secret_basic', more = {}) => base(id, method, {
    grant_types: LOGIN, response_types: ['code'], redirect_uris: redirectUris, application_type: 'native', ...more
  })
  const machine = (id, method = 'client_secret_basic', more = {}) =>
    base(id, method, { grant_types: ['client_credentials'], response_types: [], redirect_uris: [], ...more })
  const keys = (...kids) => ({ jwks: { keys: kids.map((kid) => jwks[kid]) } })
  const signs = (alg) => ({ id_token_signed_response_alg: alg })

  const found = [
    login('basic'),
    login('post', 'client_secret_post', signs('ES256')),
    login('public', 'none', signs('EdDSA')),
    login('pss', 'client_secret_basic', signs('PS256')),
    login('hs', 'client_secret_basic', signs('HS256')),
    login('short', 'client_secret_basic'),
    login('consenting', 'client_secret_basic'),
    // A native client is asked again each time.
    login('web', 'client_secret_basic', { application_type: 'web' }),
    login('secret-jwt', 'client_secret_jwt', { token_endpoint_auth_signing_alg: 'HS256' }),
    login('key-jwt-es', 'private_key_jwt', { token_endpoint_auth_signing_alg: 'ES256', ...keys('sig-es') }),
    login('key-jwt-rs', 'private_key_jwt', { token_endpoint_auth_signing_alg: 'RS256', ...keys('sig-rs') }),
    login('key-jwt-ed', 'private_key_jwt', { token_endpoint_auth_signing_alg: 'EdDSA', ...keys('sig-ed') }),
    login('encrypted-rsa', 'client_secret_basic', {
      id_token_encrypted_response_alg: 'RSA-OAEP-256',
      id_token_encrypted_response_enc: 'A256GCM',
      userinfo_signed_response_alg: 'ES256',
      userinfo_encrypted_response_alg: 'RSA-OAEP-256',
      userinfo_encrypted_response_enc: 'A128CBC-HS256',
      introspection_signed_response_alg: 'ES256',
      introspection_encrypted_response_alg: 'RSA-OAEP-256',
      introspection_encrypted_response_enc: 'A256GCM',
      ...keys('enc-rsa')
    }),
    login('encrypted-ec', 'client_secret_basic', {
      ...signs('ES256'), id_token_encrypted_response_alg: 'ECDH-ES', id_token_encrypted_response_enc: 'A128CBC-HS256', ...keys('enc-ec')
    }),
    login('userinfo-signed', 'client_secret_basic', { userinfo_signed_response_alg: 'PS256', introspection_signed_response_alg: 'PS256' }),
    login('pushes', 'client_secret_basic', { require_pushed_authorization_requests: true }),
    login('jar', 'client_secret_basic', { request_object_signing_alg: 'ES256', require_signed_request_object: true, ...keys('sig-es') }),
    login('jar-encrypted', 'client_secret_basic', {
      request_object_signing_alg: 'ES256',
      request_object_encryption_alg: 'RSA-OAEP-256',
      request_object_encryption_enc: 'A256GCM',
      require_signed_request_object: true,
      ...keys('sig-es')
    }),
    login('jarm', 'client_secret_basic', { authorization_signed_response_alg: 'ES256' }),
    login('jarm-encrypted', 'client_secret_basic', {
      authorization_signed_response_alg: 'RS256',
      authorization_encrypted_response_alg: 'ECDH-ES',
      authorization_encrypted_response_enc: 'A128CBC-HS256',
      ...keys('enc-ec')
    }),
    login('dpop', 'client_secret_basic', { dpop_bound_access_tokens: true }),
    login('dpop-nonce', 'none', { dpop_bound_access_tokens: true }),
    login('rar', 'client_secret_basic', { authorization_details_types: ['payment'] }),
    login('logout', 'client_secret_basic', {
      post_logout_redirect_uris: ['http://127.0.0.1:8765/bye'], backchannel_logout_uri: `${hook}/logout`, backchannel_logout_session_required: true
    }),
    base('device', 'client_secret_basic', { grant_types: [DEVICE, 'refresh_token'], response_types: [], redirect_uris: [] }),
    base('device-public', 'none', { grant_types: [DEVICE], response_types: [], redirect_uris: [], application_type: 'native' }),
    base('device-late', 'client_secret_basic', { grant_types: [DEVICE], response_types: [], redirect_uris: [] }),
    base('ciba', 'client_secret_basic', {
      grant_types: [CIBA, 'refresh_token'], response_types: [], redirect_uris: [], backchannel_token_delivery_mode: 'poll'
    }),
    machine('machine'),
    machine('service'),
    machine('service-post', 'client_secret_post')
  ]
  if (certificates) {
    const bound = { tls_client_certificate_bound_access_tokens: true }
    found.push(
      machine('mtls-ca', 'tls_client_auth', { tls_client_auth_san_dns: 'client.example.test', ...bound }),
      machine('mtls-self', 'self_signed_tls_client_auth', { jwks: { keys: [certificateKey(certificates.self)] }, ...bound })
    )
  }
  return found
}

// RFC 8705 section 2.2.2: the certificate is registered inside a key of the client's set.
function certificateKey (pem) {
  const body = pem.replace(/-----[^-]*-----|\s/g, '')
  return { ...createPublicKey(pem).export({ format: 'jwk' }), kid: 'self-signed', use: 'sig', x5c: [body] }
}

export const publicViews = (clients) => Object.fromEntries(clients.map((client) => [client.client_id, publicView(client)]))
export { API, CIBA }
