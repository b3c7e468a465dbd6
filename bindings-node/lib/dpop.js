'use strict'

// DPoP proofs (RFC 9449).

const native = require('./native.js')
const { options, text } = require('./arguments.js')
const { attach } = require('./claims.js')
const { call } = require('./errors.js')
const { made, onlyHere } = require('./made.js')
const { redacted } = require('./redact.js')

const CONFIG = { algorithms: 'algorithms', maxAge: 'max_age', leeway: 'leeway', testing: 'testing' }
const REQUEST = {
  method: 'method',
  url: 'url',
  accessToken: 'access_token',
  nonce: 'nonce',
  thumbprint: 'thumbprint',
}

/** A proof that passed. Its `jti` is still to be remembered for as long as the proof is young enough. */
class DpopProof {
  constructor(mark, proof, reply) {
    onlyHere(mark, 'use DpopVerifier')
    const { claims, thumbprint } = JSON.parse(reply)
    this.claims = attach(JSON.parse(claims), proof)
    this.thumbprint = thumbprint
    Object.freeze(this)
  }
}

/** Verifies DPoP proofs for a resource server or an authorization server. */
class DpopVerifier {
  #handle

  constructor(settings) {
    this.#handle = call(native.dpopVerifier, options(settings, CONFIG, 'the options'))
  }

  /** Verifies a proof against the request that carried it. */
  verify(proof, request) {
    const json = options(request ?? {}, REQUEST, 'the request')
    return new DpopProof(made, proof, call(native.dpopVerify, this.#handle, text(proof, 'proof'), json))
  }
}
redacted(DpopVerifier, () => ({}))

module.exports = { DpopProof, DpopVerifier }
