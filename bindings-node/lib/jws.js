'use strict'

// Signatures over bytes: JWS in every serialization.

const native = require('./native.js')
const { document, kind, octets, options, text } = require('./arguments.js')
const { bare } = require('./claims.js')
const { call, failure } = require('./errors.js')
const { HmacKey, KeySet, PublicKey, handleOf } = require('./keys.js')
const { made, onlyHere } = require('./made.js')

/** A payload and the signatures of it that verify. */
class VerifiedJws {
  constructor(mark, verified) {
    onlyHere(mark, 'use JwsVerifier')
    const { payload, signatures } = verified
    this.payload = payload
    this.signatures = JSON.parse(signatures).map(({ index, algorithm, header, unprotected, key_id: keyId }) =>
      Object.freeze({ index, algorithm, header: bare(header), unprotected: unprotected && bare(unprotected), keyId }),
    )
    Object.freeze(this.signatures)
    Object.freeze(this)
  }

  /** The protected header of the first signature that verifies. */
  get header() {
    return this.signatures[0].header
  }
}

const optional = (payload) => (payload === undefined || payload === null ? null : octets(payload, 'payload'))

/** Verifies signatures over bytes. For tokens with claims use `Verifier`. */
class JwsVerifier {
  #handle

  constructor(key, settings) {
    const [one, set] = key instanceof KeySet ? [null, handleOf(key)] : [handleOf(key), null]
    if (!set && !(key instanceof HmacKey) && !(key instanceof PublicKey)) {
      throw failure('config.invalid', `key must be an HmacKey, a PublicKey or a KeySet, not ${kind(key)}`)
    }
    this.#handle = call(native.jwsVerifier, options(settings, { algorithms: 'algorithms' }, 'the options'), one, set)
  }

  /** Verifies a compact JWS; with a payload a detached one. */
  verify(jws, payload) {
    return new VerifiedJws(made, call(native.jwsVerify, this.#handle, text(jws, 'jws'), optional(payload)))
  }

  /** Verifies a JWS in JSON, flattened or general, as text or object; with a payload a detached one. */
  verifyJson(jws, payload) {
    return new VerifiedJws(made, call(native.jwsVerifyJson, this.#handle, document(jws, 'jws'), optional(payload)))
  }
}

module.exports = { JwsVerifier, VerifiedJws }
