'use strict'

// Proof Key for Code Exchange (RFC 7636), S256 only. `Client` does this by itself.

const native = require('./native.js')
const { text } = require('./arguments.js')
const { call } = require('./errors.js')
const { STARS, redacted } = require('./redact.js')

/** A code verifier and its challenge. */
class Pkce {
  #verifier

  constructor(verifier) {
    this.challenge = Pkce.challenge(verifier)
    this.method = 'S256'
    this.#verifier = verifier
    Object.freeze(this)
  }

  /** A new pair. */
  static generate() {
    return new Pkce(call(native.pkceGenerate))
  }

  /** The challenge of a verifier. */
  static challenge(verifier) {
    return call(native.pkceChallenge, text(verifier, 'verifier'))
  }

  /** Whether a verifier belongs to a challenge, in constant time. */
  static verify(verifier, challenge) {
    return call(native.pkceVerify, text(verifier, 'verifier'), text(challenge, 'challenge'))
  }

  /** The secret half. */
  get verifier() {
    return this.#verifier
  }
}
redacted(Pkce, (it) => ({ verifier: STARS, challenge: it.challenge, method: it.method }))

module.exports = { Pkce }
