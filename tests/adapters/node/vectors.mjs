// The operations of the shared vectors.

import { OPERATIONS as EDGES } from './edges.mjs'
import { OPERATIONS as ENCRYPTION } from './encryption.mjs'
import { OPERATIONS as FORMS } from './forms.mjs'
import { OPERATIONS as JWS } from './jws.mjs'
import * as objects from './objects.mjs'

const { ferroauth, text } = objects
const { Challenge, DpopVerifier, HmacKey, KeySet, Pkce, PublicKey, ResourceServer, Service, Signer } = ferroauth

const verify = (given) => {
  const known = given.expected === undefined ? [] : [objects.camelCase(given.expected)]
  return objects.claimsValue(objects.verifier(given.config, given.keys, given).verifySync(text(given.token), ...known))
}

const verifyDpop = ({ config, now, proof, request }) => {
  const verifier = new DpopVerifier({ ...objects.camelCase(config), testing: { now } })
  const { claims, thumbprint } = verifier.verify(text(proof), objects.camelCase(request))
  return { ...objects.claimsValue(claims), thumbprint }
}

function decodeUnverified(given) {
  const { header, claims } = ferroauth.decodeUnverified(text(given.token))
  return { ...objects.claimsValue(claims), header }
}

function configureVerifier(given) {
  objects.verifier(given.config, given.keys, {})
  return {}
}

function configureClient(given) {
  objects.client(given.service, given.client, given)
  return {}
}

function authenticate(given) {
  const { realm, scopes } = given
  const server = new ResourceServer(objects.verifier(given.config, given.keys, given), { realm })
  const fields = given.authorization.map(text)
  return objects.decisionValue(server.authenticateSync({ authorization: fields }, { scopes }), fields)
}

function key(given) {
  const made = objects.key(given.key)
  const out = { kid: made.kid, algorithm: made.algorithm, public_jwk: null }
  if (!(made instanceof PublicKey)) out.private_jwk = made.toJwk()
  if (made instanceof HmacKey) return out
  const half = made instanceof PublicKey ? made : made.publicKey()
  return { ...out, public_jwk: half.toJwk(), thumbprint: made.thumbprint(), thumbprint_uri: made.thumbprintUri() }
}

const keySet = (given) => ({ keys: KeySet.fromJson(text(given.text)).size })

/** Signs, and has the result verified by the public key. */
function sign(given) {
  const { config, now, lifetime } = given
  const signer = new Signer(objects.key(given.key), { ...objects.camelCase(config), testing: { now } })
  const token = signer.signSync(given.claims, { lifetime })
  const policy = { issuer: null, audience: null, require_exp: false, algorithms: [config.algorithm], token_type: config.typ }
  return objects.claimsValue(objects.verifier(policy, given.keys, given).verifySync(token))
}

const service = (given) => objects.serviceValue(objects.service(given))

/** What a service knows without any traffic: its definition, a template filled in, who a user is. */
function serviceAsk({ service: of, question, options = {} }) {
  const known = objects.service(of)
  if (question === 'definition') return { answer: known.definition }
  const { template, ...rest } = options
  if (question === 'render') return { answer: known.render(template, rest) }
  return { answer: known[objects.camel(question)](options.claims) }
}

function begin(given) {
  const client = objects.client(given.service, given.client, given)
  return [client, client.beginAuthorization(objects.camelCase(given.options))]
}

function beginAuthorization(given) {
  const [, pending] = begin(given)
  return { state: pending.state, url: objects.urlValue(pending.url) }
}

/** Seals a pending authorization, alters the text if the case says so, and opens it. */
function sealOpen(given) {
  const [own, pending] = begin(given)
  const sealed = tamper(pending.seal(objects.keyring(given.seal_keys)), given.tamper)
  const other = { ...given, ...given.open_with }
  const client = given.open_with ? objects.client(other.service, other.client, given) : own
  return { state: client.openPending(sealed, objects.keyring(given.open_keys)).state }
}

function tamper(sealed, how) {
  if (how === undefined) return sealed
  if (how.flip_bit !== undefined) {
    const altered = objects.decode(sealed)
    altered[Math.floor(how.flip_bit / 8)] ^= 1 << (how.flip_bit % 8)
    return altered.toString('base64url')
  }
  return how.truncate === undefined ? text(how.replace) : sealed.slice(0, how.truncate)
}

function keyring(given) {
  objects.keyring(given.keys)
  return {}
}

const pkceChallenge = (given) => ({ challenge: Pkce.challenge(text(given.verifier)) })

const pkceVerify = (given) => ({ matches: Pkce.verify(text(given.verifier), text(given.challenge)) })

function parseChallenges({ fields }) {
  const shown = (it) => {
    const { scopes, acrValues: acr_values, maxAge: max_age } = it.authorizationOptions()
    const options = JSON.parse(JSON.stringify({ scopes, acr_values, max_age }))
    return { scheme: it.scheme, token68: it.token68, parameters: it.parameters, error: it.error, options }
  }
  return { challenges: Challenge.parse(fields.map(text)).map(shown) }
}

export const OPERATIONS = {
  parse_challenges: parseChallenges,
  verify,
  verify_dpop: verifyDpop,
  decode_unverified: decodeUnverified,
  configure_verifier: configureVerifier,
  configure_client: configureClient,
  authenticate,
  key,
  key_set: keySet,
  sign,
  service,
  service_ask: serviceAsk,
  presets: () => ({ presets: Service.presets() }),
  begin_authorization: beginAuthorization,
  seal_open: sealOpen,
  keyring,
  pkce_challenge: pkceChallenge,
  pkce_verify: pkceVerify,
  ...JWS,
  ...ENCRYPTION,
  ...FORMS,
  ...EDGES,
}
