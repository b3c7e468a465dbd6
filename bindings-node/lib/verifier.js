'use strict'

// Bare JWT work: check, sign, look at.

const native = require('./native.js')
const { document, instance, isPlain, kind, members, octets, options, refuse, text } = require('./arguments.js')
const { SHAPES, attach, bare, claimsOf, placedClaims } = require('./claims.js')
const { Decrypter, handleOfDecrypter } = require('./encryption.js')
const { call, failure, fromReport, translated } = require('./errors.js')
const { Flow, carried } = require('./flow.js')
const { HmacKey, KeySet, PrivateKey, PublicKey, handleOf } = require('./keys.js')
const { made, onlyHere } = require('./made.js')
const { redacted } = require('./redact.js')

const VERIFIER = {
  issuer: 'issuer',
  tenants: 'tenants',
  audience: 'audience',
  algorithms: 'algorithms',
  leeway: 'leeway',
  maxAge: 'max_age',
  tokenType: 'token_type',
  profile: 'profile',
  requiredClaims: 'required_claims',
  requireExp: 'require_exp',
  jwksUri: 'jwks_uri',
  network: 'network',
  tokenCache: 'token_cache',
  padded: 'padded',
  testing: 'testing',
}
const JSON_FORM = { detached: 'detached', encodePayload: 'encode_payload' }
const KNOWN = {
  nonce: 'nonce',
  accessToken: 'access_token',
  code: 'code',
  maxAuthenticationAge: 'max_authentication_age',
}
const SIGNER = { algorithm: 'algorithm', kid: 'kid', typ: 'typ', testing: 'testing' }

// The extension answers the synchronous check with the claims, or with this sign and a report: cheaper than an
// exception that would have to be caught and translated here. No claims begin with it.
const REFUSED = 0x21

/** Checks JSON Web Tokens: signature and every claim, by one policy that is fixed here. */
class Verifier {
  #handle
  // The same for what is in an encrypted token, where there is a decrypter.
  #inner
  #check
  // The lists of names that claims had, by their number in an answer.
  #shapes = []
  #shown

  constructor(settings) {
    if (!isPlain(settings)) throw failure('config.invalid', `the options must be an object, not ${kind(settings)}`)
    const { key, decrypter, ...rest } = settings
    let one = null
    let set = null
    if (key instanceof KeySet) {
      set = handleOf(key)
    } else if (key !== undefined) {
      if (!(key instanceof HmacKey) && !(key instanceof PublicKey)) {
        throw failure('config.invalid', `key must be an HmacKey, a PublicKey or a KeySet, not ${kind(key)}`)
      }
      one = handleOf(key)
    }
    const opener = decrypter === undefined ? null : handleOfDecrypter(instance(decrypter, Decrypter, 'decrypter'))
    this.#handle = call(native.verifier, options(rest, VERIFIER, 'the options'), one, set, opener)
    this.#inner = opener === null ? null : call(native.verifierSignedOnly, this.#handle)
    this.#check = call(native.verifierCheck, this.#inner ?? this.#handle)
    this.#shown = { issuer: rest.issuer, audience: rest.audience }
    /** The same check, carried by the caller. */
    Object.defineProperty(this, 'flow', {
      value: Object.freeze({
        verify: (token, known) => {
          const signed = this.#opened(text(token, 'token'))
          const verifier = this.#inner ?? this.#handle
          const operation =
            known === undefined
              ? call(native.verifierVerify, verifier, signed)
              : call(native.verifierVerifyExpecting, verifier, signed, options(known, KNOWN, 'known'))
          return new Flow(made, operation, (claims) => claimsOf(claims, signed))
        },
      }),
    })
  }

  /** The signed token of an encrypted one; without a decrypter the token itself. */
  #opened(token) {
    return this.#inner === null ? token : call(native.verifierOpened, this.#handle, token)
  }

  /** The claims of a token, or an exception. Fetches the provider's keys when it must. */
  async verify(token, known) {
    try {
      const claims = this.verifySync(token, known)
      // Keys that are about to expire are refreshed while they still serve.
      if (!native.verifierRefreshDue(this.#handle, token)) return claims
    } catch (error) {
      if (error.code !== 'jwks.not_loaded') throw error
    }
    return await carried(this.flow.verify(token, known))
  }

  /** The same without the network: throws KeySetNotLoadedError when keys would have to be fetched. */
  verifySync(token, known) {
    if (typeof token !== 'string') throw refuse('token', 'a string', token)
    if (this.#inner !== null) token = this.#opened(text(token, 'token'))
    if (known !== undefined) {
      const expected = options(known, KNOWN, 'known')
      const verifier = this.#inner ?? this.#handle
      return claimsOf(call(native.verifierVerifyExpectingNow, verifier, text(token, 'token'), expected), token)
    }
    let reply
    try {
      reply = this.#check(token)
    } catch (error) {
      throw translated(error)
    }
    const first = reply.charCodeAt(0)
    if (first <= SHAPES) return placedClaims(reply, this.#shapes, token)
    if (first === REFUSED) throw fromReport(reply.slice(1))
    return claimsOf(reply, token)
  }

  /** The cached key set as JSON text, to hand to another process, or `null`. */
  exportKeys() {
    return call(native.verifierExportKeys, this.#handle)
  }

  /** Takes over what `exportKeys` returned. */
  importKeys(json) {
    call(native.verifierImportKeys, this.#handle, document(json, 'json'))
  }

  /** Moves the clock of a verifier that was built with `testing`; others are left alone. For tests only. */
  setTestingClock(now) {
    if (!Number.isSafeInteger(now)) throw refuse('now', 'a whole number of seconds', now)
    call(native.verifierSetTestingClock, this.#handle, now)
  }

  static view(verifier) {
    return verifier.#shown
  }

  static handle(verifier) {
    return verifier.#handle
  }

  static encrypted(verifier) {
    return verifier.#inner !== null
  }
}
redacted(Verifier, Verifier.view)
delete Verifier.view

/** The handle of a verifier, for this package's other roles. */
const handleOfVerifier = Verifier.handle
delete Verifier.handle

/** Whether a verifier takes encrypted tokens. */
const takesEncrypted = Verifier.encrypted
delete Verifier.encrypted

/** Signs JSON Web Tokens. */
class Signer {
  #handle

  constructor(key, settings) {
    if (!(key instanceof PrivateKey) && !(key instanceof HmacKey)) {
      // A public key is the mistake that deserves its own code.
      if (key instanceof PublicKey) throw failure('key.private_required', '')
      throw refuse('key', 'a PrivateKey or an HmacKey', key)
    }
    this.#handle = call(native.signer, handleOf(key), options(settings, SIGNER, 'the options'))
  }

  /** A compact token; `iat` is added, and `exp` when there is a lifetime (seconds). */
  signSync(claims, settings) {
    const { lifetime = null } = members(settings, ['lifetime'])
    if (lifetime !== null && !(Number.isInteger(lifetime) && lifetime >= 0 && lifetime <= 0xffffffff)) {
      throw failure('internal.argument', 'lifetime must be a whole number of seconds')
    }
    if (!isPlain(claims)) throw refuse('claims', 'an object', claims)
    return call(native.signerSign, this.#handle, document(claims, 'claims'), lifetime)
  }

  async sign(claims, settings) {
    return this.signSync(claims, settings)
  }

  /** Signs any bytes as a compact JWS. */
  signBytes(payload) {
    return call(native.signerSignBytes, this.#handle, octets(payload, 'payload'))
  }

  /** Signs bytes that are not in the JWS (RFC 7515 appendix F); with `encodePayload: false` as they are (RFC 7797). */
  signDetached(payload, settings) {
    const { encodePayload = true } = members(settings, ['encodePayload'])
    if (typeof encodePayload !== 'boolean') throw refuse('encodePayload', 'true or false', encodePayload)
    return call(native.signerSignDetached, this.#handle, octets(payload, 'payload'), encodePayload)
  }

  /** Signs bytes as flattened JSON, whose text is returned; `header` is the unprotected header. */
  signJson(payload, settings) {
    const chosen = options(settings, { header: 'header', ...JSON_FORM }, 'the options')
    return call(native.signerSignJson, this.#handle, octets(payload, 'payload'), chosen)
  }

  /** Signs bytes as general JSON: one signature for each signer, and `headers` with an unprotected header, or `null`, for each. */
  static signGeneralJson(signers, payload, settings) {
    if (!Array.isArray(signers)) throw refuse('signers', 'a list of Signer', signers)
    const handles = signers.map((one) => instance(one, Signer, 'a signer').#handle)
    const chosen = options(settings, { headers: 'headers', ...JSON_FORM }, 'the options')
    return call(native.signGeneralJson, handles, octets(payload, 'payload'), chosen)
  }
}

/** The parts of a token that nobody checked. Never base a decision on them. */
class UnverifiedToken {
  constructor(mark, token) {
    onlyHere(mark, 'use decodeUnverified')
    const { header, claims } = JSON.parse(call(native.decodeUnverified, text(token, 'token')))
    this.header = bare(header)
    this.claims = attach(claims, token)
    Object.freeze(this)
  }
}

/** Reads a token without checking anything but its form. */
const decodeUnverified = (token) => new UnverifiedToken(made, token)

module.exports = { Signer, UnverifiedToken, Verifier, decodeUnverified, handleOfVerifier, takesEncrypted }
