'use strict'

// Encrypted tokens: keys of a class of their own, so that what signs never decrypts.

const native = require('./native.js')
const { bytes, document, isPlain, kind, members, options, refuse, text } = require('./arguments.js')
const { bare } = require('./claims.js')
const { call, failure } = require('./errors.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted } = require('./redact.js')

const ENCRYPTER = {
  encryption: 'encryption',
  typ: 'typ',
  apu: 'apu',
  apv: 'apv',
  pbes2Iterations: 'pbes2_iterations',
  maxToken: 'max_token',
  testing: 'testing',
}
const DECRYPTER = {
  algorithms: 'algorithms',
  encryptions: 'encryptions',
  pbes2MaxIterations: 'pbes2_max_iterations',
  maxToken: 'max_token',
}

const handles = new WeakMap()

/** The options of a key: `algorithm`, needed where nothing else names it, and `kid`. */
function settingsOf(settings, needed) {
  const { algorithm, kid } = members(settings, ['algorithm', 'kid'])
  if (algorithm === undefined && needed) throw failure('config.algorithms', 'the option algorithm is missing')
  return [algorithm === undefined ? null : text(algorithm, 'algorithm'), kid]
}

/** The passphrase of the options, which is bytes or text and so no JSON value, and the rest of them. */
function passphraseOf(settings) {
  if (!isPlain(settings) || settings.passphrase === undefined) return [null, settings]
  const { passphrase, ...rest } = settings
  return [octets(passphrase, 'passphrase'), rest]
}

/** A key of a handle, under a key id if there is one. */
function named(handle, kid) {
  return new EncryptionKey(made, kid === undefined ? handle : call(native.encryptionKeyWithId, handle, text(kid, 'kid')))
}

/** Text counts as its UTF-8 bytes. */
const octets = (value, name) => (typeof value === 'string' ? Buffer.from(text(value, name), 'utf8') : bytes(value, name))

/** A key for encrypting or decrypting, bound to one algorithm. */
class EncryptionKey {
  constructor(mark, handle) {
    onlyHere(mark, 'use the static methods of EncryptionKey')
    handles.set(this, handle)
  }

  /**
   * A secret that both sides share, or a password for PBES2. The name of a content encryption (`A256GCM`) as algorithm
   * makes a key for direct use.
   */
  static fromSecret(secret, settings) {
    const [algorithm, kid] = settingsOf(settings, true)
    return named(call(native.encryptionKeyFromSecret, octets(secret, 'secret'), algorithm), kid)
  }

  /** From a JWK, as text or object. The option `algorithm` is needed where it has no `alg`. */
  static fromJwk(jwk, settings) {
    const [algorithm, kid] = settingsOf(settings, false)
    return named(call(native.encryptionKeyFromJwk, document(jwk, 'jwk'), algorithm), kid)
  }

  /** A public or private RSA, P-256, P-384, P-521 or X25519 key, encrypted with its `passphrase`, or a certificate's key. */
  static fromPem(pem, settings) {
    const [passphrase, rest] = passphraseOf(settings)
    const [algorithm, kid] = settingsOf(rest, true)
    return named(call(native.encryptionKeyFromPem, text(pem, 'pem'), algorithm, passphrase), kid)
  }

  /** From SubjectPublicKeyInfo, a certificate, PKCS#8, encrypted or not, PKCS#1 or SEC1. */
  static fromDer(der, settings) {
    const [passphrase, rest] = passphraseOf(settings)
    const [algorithm, kid] = settingsOf(rest, true)
    return named(call(native.encryptionKeyFromDer, bytes(der, 'der'), algorithm, passphrase), kid)
  }

  /** A new key for an algorithm. ECDH-ES takes a `curve`: P-256 (the default), P-384, P-521 or X25519. */
  static generate(algorithm, settings) {
    const { curve, kid } = members(settings, ['curve', 'kid'])
    const chosen = curve === undefined ? null : text(curve, 'curve')
    return named(call(native.encryptionKeyGenerate, text(algorithm, 'algorithm'), chosen), kid)
  }

  get kid() {
    return call(native.encryptionKeyId, handles.get(this))
  }

  /** The algorithm that the key is bound to. */
  get algorithm() {
    return call(native.encryptionKeyAlgorithm, handles.get(this))
  }

  /** Whether the key can decrypt: a secret, or a key with its private part. */
  get isPrivate() {
    return call(native.encryptionKeyIsPrivate, handles.get(this))
  }

  /** The public half of a key pair: it encrypts. */
  publicKey() {
    return new EncryptionKey(made, call(native.encryptionKeyPublicHalf, handles.get(this)))
  }

  /** All there is of the key: of a secret or private key the secret itself. */
  toJwk() {
    return JSON.parse(call(native.encryptionKeyJwk, handles.get(this)))
  }

  /**
   * All there is of a key pair: PKCS#8 for a private key, SubjectPublicKeyInfo for a public one. This is the secret itself, unless the
   * `passphrase` of the options encrypts it.
   */
  toPem(settings) {
    const [passphrase, rest] = passphraseOf(settings)
    members(rest, passphrase === null ? ['passphrase'] : [])
    return call(native.encryptionKeyPem, handles.get(this), passphrase)
  }

  /** The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key. */
  thumbprint() {
    return call(native.encryptionKeyThumbprint, handles.get(this))
  }
}
redacted(EncryptionKey, (it) => ({ kid: it.kid, algorithm: it.algorithm, key: STARS }))

/** The handles of one key or of a list. */
function handlesOf(key) {
  const list = Array.isArray(key) ? key : [key]
  return list.map((one) => {
    if (!(one instanceof EncryptionKey)) throw refuse('key', 'an EncryptionKey or a list of them', one)
    return handles.get(one)
  })
}

/** Options as an object, none if they are left out. */
function plain(settings = {}) {
  if (!isPlain(settings)) throw failure('config.invalid', `the options must be an object, not ${kind(settings)}`)
  return settings
}

/** The options without those that are bytes, which go as base64url. */
function encrypterOptions(settings) {
  const { apu, apv, ...rest } = plain(settings)
  const encoded = (value, name) => (value === undefined ? undefined : Buffer.from(bytes(value, name)).toString('base64url'))
  return { ...rest, apu: encoded(apu, 'apu'), apv: encoded(apv, 'apv') }
}

/** Encrypts for one key or, as JSON, for several. */
class Encrypter {
  #handle

  constructor(key, settings) {
    const config = options(encrypterOptions(settings), ENCRYPTER, 'the options')
    this.#handle = call(native.encrypter, handlesOf(key), config)
  }

  /** A compact token. The option `contentType` is `JWT` for a signed token. */
  encrypt(plaintext, settings) {
    const { contentType } = members(settings, ['contentType'])
    return call(native.encrypterEncrypt, this.#handle, octets(plaintext, 'plaintext'), optional(contentType))
  }

  /**
   * A token of the JSON serialization, as text: flattened for one key, general for several. The option `aad` is carried
   * in plain sight and protected against changes.
   */
  encryptJson(plaintext, settings) {
    const { aad, ...rest } = plain(settings)
    const { contentType } = members(rest, ['contentType'])
    const data = aad === undefined ? null : bytes(aad, 'aad')
    return call(native.encrypterEncryptJson, this.#handle, octets(plaintext, 'plaintext'), optional(contentType), data)
  }
}
redacted(Encrypter, () => STARS)

const optional = (contentType) => (contentType === undefined ? null : text(contentType, 'contentType'))

/** Decrypts tokens. Several keys serve for rotation: a token's key id chooses among them. */
class Decrypter {
  #handle

  constructor(key, settings) {
    this.#handle = call(native.decrypter, handlesOf(key), options(settings, DECRYPTER, 'the options'))
  }

  /** A compact token, decrypted. */
  decrypt(token) {
    return new Decrypted(made, call(native.decrypterDecrypt, this.#handle, text(token, 'token')))
  }

  /** A token of the JSON serialization, as text or object, decrypted. */
  decryptJson(token) {
    return new Decrypted(made, call(native.decrypterDecryptJson, this.#handle, document(token, 'token')))
  }

  static handle(decrypter) {
    return decrypter.#handle
  }
}
redacted(Decrypter, () => STARS)

/** The handle of a decrypter, for this package's verifiers. */
const handleOfDecrypter = Decrypter.handle
delete Decrypter.handle

/** A token that was decrypted. Decrypting does not tell who made it. */
class Decrypted {
  #plaintext

  constructor(mark, json) {
    onlyHere(mark, 'a decrypter returns it')
    const { plaintext, header, unprotected, aad } = JSON.parse(json)
    this.#plaintext = Buffer.from(plaintext, 'base64url')
    this.header = bare(header)
    this.unprotected = unprotected === null ? null : bare(unprotected)
    this.aad = aad === null ? null : Buffer.from(aad, 'base64url')
    Object.freeze(this)
  }

  /** The content. */
  get plaintext() {
    return this.#plaintext
  }
}
redacted(Decrypted, (it) => ({ plaintext: STARS, header: it.header, unprotected: it.unprotected }))

module.exports = { Decrypted, Decrypter, Encrypter, EncryptionKey, handleOfDecrypter }
