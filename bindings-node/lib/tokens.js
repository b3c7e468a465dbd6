'use strict'

// What providers answer: token sets, ID tokens, introspection. Their secrets are read by name only.

const { attach, bare } = require('./claims.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted, stars } = require('./redact.js')

const HINT = 'a client returns it'

/** An ID token that was verified, or that came with a token set that was. */
class IdToken {
  #raw
  #header
  #claims

  constructor(mark, parts) {
    onlyHere(mark, HINT)
    const { raw, header, claims } = parts
    this.#raw = raw
    this.#header = bare(header)
    this.#claims = attach(claims, raw)
  }

  /** The compact token, for `id_token_hint`. */
  get raw() {
    return this.#raw
  }

  get header() {
    return this.#header
  }

  get claims() {
    return this.#claims
  }
}
redacted(IdToken, (it) => ({ raw: STARS, header: it.header, claims: it.claims }))

/**
 * The result of a grant. Whoever only wants the access token does not pay for the other members: they are parsed when the first of
 * them is read.
 */
class TokenSet {
  #accessToken
  #json
  #parsed
  #idToken
  #extra

  constructor(mark, text) {
    onlyHere(mark, HINT)
    // The access token, a line break, and all members as JSON: see `value.rs`.
    const end = text.indexOf('\n')
    this.#accessToken = text.slice(0, end)
    this.#json = text.slice(end + 1)
  }

  get #members() {
    if (this.#parsed === undefined) {
      this.#parsed = JSON.parse(this.#json)
      this.#json = ''
    }
    return this.#parsed
  }

  get accessToken() {
    return this.#accessToken
  }

  get tokenType() {
    return this.#members.token_type
  }

  /** Seconds since the epoch, or `null` if the provider did not say. */
  get expiresAt() {
    return this.#members.expires_at
  }

  get refreshToken() {
    return this.#members.refresh_token
  }

  get scopes() {
    return this.#members.scopes
  }

  /** Scopes that the provider granted although nobody asked for them. */
  get unrequestedScopes() {
    return this.#members.unrequested_scopes
  }

  get idToken() {
    const parts = this.#members.id_token
    return (this.#idToken ??= parts ? new IdToken(made, parts) : null)
  }

  /** The declared quirks of the service that this grant took. */
  get quirks() {
    return this.#members.quirks
  }

  /** What a token exchange issued (RFC 8693), a URI, or `null`. */
  get issuedTokenType() {
    return this.extra.issued_token_type ?? null
  }

  /** The rights that were granted (RFC 9396), or `null`. */
  get authorizationDetails() {
    return this.extra.authorization_details ?? null
  }

  /** Further members of the reply. */
  get extra() {
    return (this.#extra ??= bare(this.#members.extra ?? {}))
  }
}
redacted(TokenSet, (it) => ({
  accessToken: STARS,
  tokenType: it.tokenType,
  expiresAt: it.expiresAt,
  refreshToken: stars(it.refreshToken),
  scopes: it.scopes,
  unrequestedScopes: it.unrequestedScopes,
  idToken: it.idToken,
  quirks: it.quirks,
  extra: Object.fromEntries(Object.keys(it.extra).map((name) => [name, STARS])),
}))

/** What the provider says about a token (RFC 7662). */
class Introspection {
  constructor(mark, text) {
    onlyHere(mark, HINT)
    this.claims = bare(JSON.parse(text))
    const { active, scope = '', aud = [], ...claims } = this.claims
    this.active = active
    this.scopes = Object.freeze(scope.split(' ').filter((one) => one !== ''))
    this.audience = Object.freeze([aud].flat())
    this.clientId = claims.client_id ?? null
    this.username = claims.username ?? null
    this.tokenType = claims.token_type ?? null
    this.subject = claims.sub ?? null
    this.issuer = claims.iss ?? null
    this.tokenId = claims.jti ?? null
    this.expiresAt = claims.exp ?? null
    this.issuedAt = claims.iat ?? null
    this.notBefore = claims.nbf ?? null
    Object.freeze(this)
  }
}

module.exports = { IdToken, Introspection, TokenSet }
