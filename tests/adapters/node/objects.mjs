// From the `given` of a case to the objects of the package.

import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const installed = process.env.FERROAUTH_INSTALLED
if (!installed) throw new Error('FERROAUTH_INSTALLED must name the project in which ferroauth is installed')

export const ferroauth = createRequire(join(resolve(installed), 'index.js'))('ferroauth')
const { Claims, Client, Decrypter, EncryptionKey, HmacKey, Keyring, KeySet, PrivateKey, PublicKey, Service, Verifier } = ferroauth

/** A text, written down or to be built from `concat` and `repeat`. */
export function text(value) {
  if (typeof value === 'string') return value
  return value.concat ? value.concat.map(text).join('') : value.repeat.repeat(value.times)
}

export const decode = (encoded) => Buffer.from(encoded, 'base64url')

/** Bytes, as base64url or as the UTF-8 of a text. */
export function bytes(value) {
  if (value.base64url !== undefined) return decode(value.base64url)
  return Buffer.from(text(value.text ?? value), 'utf8')
}

const KEYS = {
  hmac: (value) => new HmacKey(bytes(value)),
  hmac_legacy: (value) => HmacKey.legacy(bytes(value)),
  pem_public: (value) => PublicKey.fromPem(text(value)),
  pem_private: (value) => PrivateKey.fromPem(text(value)),
  der_public: (value) => PublicKey.fromDer(decode(value)),
  der_private: (value) => PrivateKey.fromDer(decode(value)),
  pem_locked: (value) => PrivateKey.fromPem(text(value.text), { passphrase: bytes(value.passphrase) }),
  der_locked: (value) => PrivateKey.fromDer(decode(value.base64url), { passphrase: bytes(value.passphrase) }),
  raw_public: (value) => PublicKey.fromRaw(decode(value.base64url), value.algorithm),
  raw_private: (value) => PrivateKey.fromRaw(decode(value.base64url), value.algorithm),
  generated: (value) => PrivateKey.generate(text(value)),
  generated_secret: (value) => HmacKey.generate(text(value)),
  jwk_public: (value) => PublicKey.fromJwk(text(value)),
  jwk_private: (value) => PrivateKey.fromJwk(text(value)),
  jwk_secret: (value) => HmacKey.fromJwk(text(value)),
}

export function key(given) {
  const [[kind, value]] = Object.entries(given)
  return KEYS[kind](value)
}

export function verifierKeys(given) {
  if (given.key) return { key: key(given.key) }
  if (given.keys) return { key: KeySet.fromKeys(given.keys.map(key)) }
  return given.jwks === undefined ? {} : { key: KeySet.fromJson(text(given.jwks)) }
}

/** Options as JavaScript spells them. */
export const camel = (name) => name.replace(/_(.)/g, (_, c) => c.toUpperCase())

/** The members of an object as the core names them. */
export const snakeCase = (members) =>
  Object.fromEntries(Object.entries(members).map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]))

export const camelCase = (members) => Object.fromEntries(Object.entries(members).map(([name, value]) => [camel(name), value]))

const testing = ({ now, entropy }) => (now === undefined ? {} : { testing: entropy === undefined ? { now } : { now, entropy } })

/** A key for encryption, as the cases write it. */
export function encryptionKey(given) {
  const { algorithm, curve } = given
  const kid = given.kid === undefined ? undefined : text(given.kid)
  const passphrase = given.passphrase === undefined ? undefined : bytes(given.passphrase)
  if (given.secret !== undefined) return EncryptionKey.fromSecret(bytes(given.secret), { algorithm, kid })
  if (given.jwk !== undefined) return EncryptionKey.fromJwk(text(given.jwk), { algorithm, kid })
  if (given.pem !== undefined) return EncryptionKey.fromPem(text(given.pem), { algorithm, kid, passphrase })
  if (given.der !== undefined) return EncryptionKey.fromDer(decode(given.der), { algorithm, kid, passphrase })
  return EncryptionKey.generate(given.generate, { curve, kid })
}

export const encryptionKeys = (given) => given.map(encryptionKey)

export const decrypter = (given) => new Decrypter(encryptionKeys(given.keys), camelCase(given.config))

export function verifier(config, keys, { now }) {
  const opener = keys.decrypter && decrypter(keys.decrypter)
  return new Verifier({ ...camelCase(config), ...verifierKeys(keys), decrypter: opener, ...testing({ now }) })
}

/** A preset or a document with options, or the text of a document alone. */
export function service(given) {
  const options = () => camelCase(given.options ?? {})
  if (given.preset !== undefined) return Service.preset(given.preset, options())
  if (given.text !== undefined) return Service.fromJson(text(given.text), options())
  return Service.fromJson(text(given))
}

/** Arguments that are objects, which the cases write as a session keeps them. */
export const STORED = { authorization: ferroauth.DeviceAuthorization, authentication: ferroauth.BackchannelAuthentication }

// The options of a client that are keys.
const CLIENT_KEYS = ['assertion_key', 'dpop_key', 'request_object_key']

export function client(of, config, given) {
  const settings = { ...config }
  for (const name of CLIENT_KEYS) if (settings[name] !== undefined) settings[name] = key(settings[name])
  const opener = given.decrypter && decrypter(given.decrypter)
  return new Client(service(of), { ...camelCase(settings), decrypter: opener, ...testing(given) })
}

export const keyring = (keys) => new Keyring(keys.map(decode))

/** A URL, or the parameters. */
export function callback(given) {
  if (typeof given === 'string' || given.concat) return text(given)
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Array.isArray(value) ? value : text(value)]))
}

export const serviceValue = (service) => ({ issuer: service.issuer, document: service.toJSON(), definition: service.definition })

export const claimsValue = (claims) => ({ claims, header: Claims.header(claims), raw: Claims.raw(claims) })

/** A principal or a denial, and whether a denial repeats what was sent. */
export function decisionValue(answer, fields) {
  const { granted, subject, scopes, claims, status, headers, error } = answer
  if (granted) return { granted, subject, scopes, claims }
  const shown = `${JSON.stringify(headers)} ${error.message} ${JSON.stringify(error.explain())}`
  const sent = fields.flatMap((field) => [field, field.slice(field.indexOf(' ') + 1)]).filter((part) => part.length >= 8)
  const echoes = sent.some((part) => shown.includes(part))
  return { granted, status, headers: Object.entries(headers).sort(), error: error.code, echoes }
}

export function urlValue(url) {
  const [base, query = ''] = url.split('?')
  const parameters = {}
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = name in parameters ? [parameters[name], value].flat() : value
  }
  return { base, parameters }
}

export const pendingValue = (pending) => ({
  state: pending.state,
  url: urlValue(pending.url),
  url_expires_at: pending.urlExpiresAt,
  response_origin: pending.responseOrigin,
  continue_url: pending.continueUrl,
})

/** The arguments of an operation, with each text that is to be built in place of its description. */
export function resolved(given) {
  if (Array.isArray(given)) return given.map(resolved)
  if (given === null || typeof given !== 'object') return given
  if ('concat' in given || 'repeat' in given) return text(given)
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, resolved(value)]))
}

/** What an operation yielded: of an object of its own class, the members that the case names. */
export function resultValue(result, expect) {
  if (result === undefined || result === null) return { nothing: true }
  if (result instanceof ferroauth.TokenSet) return tokensValue(result)
  if (result instanceof ferroauth.Introspection) return result.claims
  if ([null, Object.prototype].includes(Object.getPrototypeOf(result))) return result
  return Object.fromEntries(Object.keys(expect.ok ?? {}).map((name) => [name, result[camel(name)]]))
}

export const tokensValue = (tokens) => ({
  access_token: tokens.accessToken,
  token_type: tokens.tokenType,
  issued_token_type: tokens.issuedTokenType,
  authorization_details: tokens.authorizationDetails,
  expires_at: tokens.expiresAt,
  refresh_token: tokens.refreshToken,
  scopes: tokens.scopes,
  unrequested_scopes: tokens.unrequestedScopes,
  quirks: tokens.quirks,
  extra: tokens.extra,
  id_token: tokens.idToken && { raw: tokens.idToken.raw, header: tokens.idToken.header, claims: tokens.idToken.claims },
})
