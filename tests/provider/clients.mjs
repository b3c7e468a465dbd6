// The registered clients: one per way to authenticate at the token endpoint, each with another ID token
// algorithm, and two without a user: the access tokens of demo-machine are JWTs for the demo's API, those of demo-service opaque.
import { randomBytes } from 'node:crypto'

/** The resource indicator (RFC 8707) of the API that accepts JWT access tokens. */
export const API = 'https://api.example.test/orders'

const LOGIN = ['authorization_code', 'refresh_token']

// RFC 6749 section 2.3.1: id and secret are form-urlencoded inside a Basic header. These characters tell
// a client that does so from one that does not.
const awkwardSecret = () => `${randomBytes(18).toString('base64url')}+%:/&=~`

/** Registrations as oidc-provider reads them (RFC 7591 names). */
export function registrations (redirectUris) {
  const login = (id, method, algorithm) => ({
    client_id: id,
    ...(method === 'none' ? {} : { client_secret: awkwardSecret() }),
    token_endpoint_auth_method: method,
    id_token_signed_response_alg: algorithm,
    grant_types: LOGIN,
    response_types: ['code'],
    redirect_uris: redirectUris,
    application_type: 'native'
  })
  const service = (id) => ({
    client_id: id,
    client_secret: awkwardSecret(),
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: []
  })
  return [
    login('demo-basic', 'client_secret_basic', 'RS256'),
    login('demo-post', 'client_secret_post', 'ES256'),
    login('demo-public', 'none', 'EdDSA'),
    login('demo-pss', 'client_secret_basic', 'PS256'),
    service('demo-machine'),
    service('demo-service')
  ]
}

/** What a test needs to act as one of the clients. */
export function publicView (registration) {
  return {
    client_id: registration.client_id,
    client_secret: registration.client_secret ?? null,
    authentication_method: registration.token_endpoint_auth_method,
    id_token_algorithm: registration.id_token_signed_response_alg ?? null,
    redirect_uris: registration.redirect_uris
  }
}
