'use strict'

// Key material. Each class is one kind of key, so that a public key can never become an HMAC secret.

const native = require('./native.js')
const { bytes, document, instance, isPlain, kind, members, octets, refuse, text } = require('./arguments.js')
const { call, failure } = require('./errors.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted } = require('./redact.js')

const handles = new WeakMap()
const handleOf = (key) => handles.get(key)

class AsymmetricKey {
  constructor(mark, handle) {
    onlyHere(mark, `use the static methods of ${new.target.name}`)
    handles.set(this, handle)
  }

  /** The key id, or `null`. */
  get kid() {
    return call(native.keyId, handleOf(this))
  }

  /** The algorithm that the key's source bound it to, or `null`. */
  get algorithm() {
    return call(native.keyAlgorithm, handleOf(this))
  }

  /** The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key. */
  thumbprint() {
    return call(native.keyThumbprint, handleOf(this))
  }

  /** The thumbprint as a URI (RFC 9278). */
  thumbprintUri() {
    return call(native.keyThumbprintUri, handleOf(this))
  }
}

/** The key under the `kid` of the options, if they name one. */
function named(handle, settings) {
  const { kid } = members(settings, ['kid'])
  return kid === undefined ? handle : call(native.keyWithId, handle, text(kid, 'kid'))
}

/** A key that may lie under the `passphrase` of the options, under the `kid` of the options. */
function unlocked(read, source, settings) {
  const { kid, passphrase } = withPassphrase(settings, ['kid'])
  return named(call(read, source, passphrase), kid === undefined ? undefined : { kid })
}

/** Options with a passphrase, which is bytes or text and so no JSON value. */
function withPassphrase(settings, names) {
  if (!isPlain(settings) || settings.passphrase === undefined) {
    return { ...members(settings, [...names, 'passphrase']), passphrase: null }
  }
  const { passphrase, ...rest } = settings
  return { ...members(rest, names), passphrase: octets(passphrase, 'passphrase') }
}

/** A public key that checks signatures: RSA, one elliptic curve, Ed25519 or ML-DSA. */
class PublicKey extends AsymmetricKey {
  /** From `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`, of which only the key is taken. */
  static fromPem(pem, settings) {
    return new PublicKey(made, named(call(native.publicKeyFromPem, text(pem, 'pem')), settings))
  }

  /** From DER: SubjectPublicKeyInfo or an X.509 certificate, of which only the key is taken. */
  static fromDer(der, settings) {
    return new PublicKey(made, named(call(native.publicKeyFromDer, bytes(der, 'der')), settings))
  }

  static fromJwk(jwk, settings) {
    return new PublicKey(made, named(call(native.publicKeyFromJwk, document(jwk, 'jwk')), settings))
  }

  /** From the bytes that the algorithm itself defines: 32 for Ed25519, a point for ECDSA, or ML-DSA's. */
  static fromRaw(raw, algorithm, settings) {
    const key = call(native.publicKeyFromRaw, bytes(raw, 'raw'), text(algorithm, 'algorithm'))
    return new PublicKey(made, named(key, settings))
  }

  /** The key as a JWK. */
  toJwk() {
    return JSON.parse(call(native.keyPublicJwk, handleOf(this)))
  }

  /** SubjectPublicKeyInfo in PEM. */
  toPem() {
    return call(native.keyPublicPem, handleOf(this))
  }

  /** SubjectPublicKeyInfo in DER. */
  toDer() {
    return call(native.keyPublicDer, handleOf(this))
  }

  /** The bytes that the algorithm itself defines; points uncompressed. */
  toRaw() {
    return call(native.keyPublicRaw, handleOf(this))
  }
}
redacted(PublicKey, (it) => ({ kid: it.kid }))

/** A private key that signs. */
class PrivateKey extends AsymmetricKey {
  /** From PKCS#8, encrypted or not, or the older forms for RSA and EC. */
  static fromPem(pem, settings) {
    return new PrivateKey(made, unlocked(native.privateKeyFromPem, text(pem, 'pem'), settings))
  }

  /** From DER: PKCS#8, encrypted or not, PKCS#1 or SEC1. */
  static fromDer(der, settings) {
    return new PrivateKey(made, unlocked(native.privateKeyFromDer, bytes(der, 'der'), settings))
  }

  /** From the bytes that the algorithm itself defines: the seed of Ed25519 or ML-DSA, or the scalar of ECDSA. */
  static fromRaw(raw, algorithm, settings) {
    const key = call(native.privateKeyFromRaw, bytes(raw, 'raw'), text(algorithm, 'algorithm'))
    return new PrivateKey(made, named(key, settings))
  }

  static fromJwk(jwk, settings) {
    return new PrivateKey(made, named(call(native.privateKeyFromJwk, document(jwk, 'jwk')), settings))
  }

  /** A new key for an algorithm, for example `ES256`. */
  static generate(algorithm, settings) {
    return new PrivateKey(made, named(call(native.privateKeyGenerate, text(algorithm, 'algorithm')), settings))
  }

  /** The key that checks what this one signs: publish this one. */
  publicKey() {
    return new PublicKey(made, call(native.keyPublicHalf, handleOf(this)))
  }

  /** The key as a JWK with its private members. This is the secret itself. */
  toJwk() {
    return JSON.parse(call(native.keyPrivateJwk, handleOf(this)))
  }

  /** PKCS#8 in PEM. This is the secret itself, unless the `passphrase` of the options encrypts it. */
  toPem(settings) {
    return call(native.privateKeyPem, handleOf(this), withPassphrase(settings, []).passphrase)
  }

  /** PKCS#8 in DER. This is the secret itself. */
  toDer() {
    return call(native.privateKeyDer, handleOf(this))
  }

  /** The seed or the scalar. This is the secret itself. */
  toRaw() {
    return call(native.privateKeyRaw, handleOf(this))
  }
}
redacted(PrivateKey, (it) => ({ kid: it.kid, key: STARS }))

/** A shared secret. Text counts as its UTF-8 bytes; whatever looks like an asymmetric key is refused. */
class HmacKey {
  constructor(secret, settings) {
    if (secret === made) {
      handles.set(this, settings)
      return
    }
    handles.set(this, named(call(native.hmacKey, octets(secret, 'secret')), settings))
  }

  /**
   * The secret of an issuer that signs with a too short one and cannot be changed, such as Frappe: at least eight bytes. It
   * verifies and never signs.
   */
  static legacy(secret, settings) {
    return new HmacKey(made, named(call(native.hmacKeyLegacy, octets(secret, 'secret')), settings))
  }

  /** From a JWK of type `oct`, as text or object. */
  static fromJwk(jwk, settings) {
    return new HmacKey(made, named(call(native.hmacKeyFromJwk, document(jwk, 'jwk')), settings))
  }

  /** A new secret for HS256, HS384 or HS512, as long as the hash. */
  static generate(algorithm, settings) {
    return new HmacKey(made, named(call(native.hmacKeyGenerate, text(algorithm, 'algorithm')), settings))
  }

  /** The key id, or `null`. */
  get kid() {
    return call(native.keyId, handleOf(this))
  }

  /** The algorithm that the key's source bound it to, or `null`. */
  get algorithm() {
    return call(native.keyAlgorithm, handleOf(this))
  }

  /** The key as a JWK. This is the secret itself. */
  toJwk() {
    return JSON.parse(call(native.keyPrivateJwk, handleOf(this)))
  }
}
redacted(HmacKey, (it) => ({ kid: it.kid, key: STARS }))

/** A JWK set (RFC 7517). Members that cannot be used are skipped; a set without any usable one is refused. */
class KeySet {
  constructor(mark, handle) {
    onlyHere(mark, 'use KeySet.fromJson or KeySet.fromKeys')
    handles.set(this, handle)
  }

  /** From JSON text or the parsed object. */
  static fromJson(json) {
    return new KeySet(made, call(native.keySetFromJson, document(json, 'json')))
  }

  /** A set of one's own keys: to verify with, or to publish. Of private keys the public half is taken. */
  static fromKeys(keys) {
    if (!Array.isArray(keys)) throw refuse('keys', 'a list of keys', keys)
    const kinds = [PublicKey, PrivateKey, HmacKey]
    for (const key of keys) {
      if (!kinds.some((type) => key instanceof type)) throw refuse('a key', 'a PublicKey, a PrivateKey or an HmacKey', key)
    }
    return new KeySet(made, call(native.keySetFromKeys, keys.map(handleOf)))
  }

  /** How many keys can be used. */
  get size() {
    return call(native.keySetSize, handleOf(this))
  }

  /** The set as it may be published: public members only. */
  toJSON() {
    return JSON.parse(call(native.keySetJson, handleOf(this)))
  }
}

/** Keys that seal pending authorizations: the first seals, all open, so that keys can be rotated. */
class Keyring {
  constructor(keys) {
    const list = keys instanceof Uint8Array ? [keys] : keys
    if (!Array.isArray(list)) {
      throw failure('internal.argument', `keys must be a list of Uint8Array, not ${kind(keys)}`)
    }
    handles.set(this, call(native.keyring, list.map((key) => bytes(key, 'a key'))))
  }

  /** A keyring as it is, or 32 bytes as a keyring of their own. */
  static from(key) {
    return key instanceof Uint8Array ? new Keyring([key]) : instance(key, Keyring, 'key')
  }
}
redacted(Keyring, () => STARS)

module.exports = { HmacKey, KeySet, Keyring, PrivateKey, PublicKey, handleOf }
