'use strict'

// What the operations about sessions, registrations and protected resources yield.

const native = require('./native.js')
const { document, options, text } = require('./arguments.js')
const { bare } = require('./claims.js')
const { call } = require('./errors.js')
const { Flow, carried } = require('./flow.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted, stars } = require('./redact.js')

const CLIENT = 'a client returns it'
const RESOURCE = {
  metadataUrl: 'metadata_url',
  signedBy: 'signed_by',
  algorithms: 'algorithms',
  network: 'network',
  testing: 'testing',
}
const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

/** A logout to be asked for: send the browser to `url`. */
class LogoutRequest {
  #members

  constructor(mark, json) {
    onlyHere(mark, CLIENT)
    this.#members = JSON.parse(json)
  }

  /** Where to send the browser. It may carry the ID token. */
  get url() {
    return this.#members.url
  }

  /** Keep it for `client.finishLogout`; `null` if the browser does not come back. */
  get state() {
    return this.#members.state
  }
}
redacted(LogoutRequest, (it) => ({ url: `${it.url.split('?')[0]}?${STARS}`, state: stars(it.state) }))

/** A logout that came through the browser. */
class FrontChannelLogout {
  constructor(mark, json) {
    onlyHere(mark, CLIENT)
    const members = JSON.parse(json)
    this.issuer = members.issuer
    this.sessionId = members.session_id
    Object.freeze(this)
  }
}

/** A verified logout token: end the session `sessionId`, or without one all sessions of `subject`. */
class LogoutToken {
  constructor(mark, json) {
    onlyHere(mark, CLIENT)
    const members = JSON.parse(json)
    this.issuer = members.issuer
    this.subject = members.subject
    this.sessionId = members.session_id
    this.tokenId = members.token_id
    this.issuedAt = members.issued_at
    this.expiresAt = members.expires_at
    this.claims = bare(members.claims)
    Object.freeze(this)
  }
}

/** A client as a provider has registered it (RFC 7591). Its secrets print as `***`; `toText` has them, for a store. */
class Registration {
  #text
  #parts

  constructor(mark, json) {
    onlyHere(mark, 'use service.register or Registration.fromJson')
    this.#text = json
    this.#parts = JSON.parse(call(native.registrationParts, json))
  }

  /** What `toText` wrote. */
  static fromJson(json) {
    return new Registration(made, document(json, 'json'))
  }

  /** The client information response (RFC 7591 section 3.2.1) as JSON text, secrets included. */
  toText() {
    return this.#text
  }

  get clientId() {
    return this.#parts.client_id
  }

  get clientSecret() {
    return this.#parts.client_secret
  }

  /** Seconds since the epoch; `null` if it does not expire. */
  get clientSecretExpiresAt() {
    return this.#parts.client_secret_expires_at
  }

  /** Whether the provider lets it be read, updated and deleted (RFC 7592). */
  get manageable() {
    return this.#parts.manageable
  }

  /** The client's metadata as registered, which may be other than was asked for. */
  get metadata() {
    return bare(structuredClone(this.#parts.metadata))
  }

  /** What the registration decides about a client: `new Client(service, { ...registration.clientOptions })`. */
  get clientOptions() {
    return Object.fromEntries(Object.entries(this.#parts.client_options).map(([name, value]) => [camelCase(name), value]))
  }

  static text(registration) {
    return registration.#text
  }
}
redacted(Registration, (it) => ({ clientId: it.clientId, clientSecret: stars(it.clientSecret), manageable: it.manageable }))
const registrationText = Registration.text
delete Registration.text

/** What a protected resource says about itself (RFC 9728). */
class ProtectedResource {
  constructor(mark, json) {
    onlyHere(mark, 'use ProtectedResource.discover')
    this.metadata = bare(JSON.parse(json))
    this.resource = this.metadata.resource
    this.authorizationServers = Object.freeze([...(this.metadata.authorization_servers ?? [])])
    this.scopes = Object.freeze([...(this.metadata.scopes_supported ?? [])])
    Object.freeze(this)
  }

  /** Asks a protected resource which authorization servers it trusts. `resource`: the URL that requests to it are made with. */
  static async discover(resource, settings) {
    return await carried(ProtectedResource.flow.discover(resource, settings))
  }

  /** The same, carried by the caller. */
  static flow = Object.freeze({
    discover(resource, settings) {
      const json = options(settings, RESOURCE, 'the options')
      const operation = call(native.protectedResource, text(resource, 'resource'), json)
      return new Flow(made, operation, (reply) => new ProtectedResource(made, reply))
    },
  })
}

module.exports = { FrontChannelLogout, LogoutRequest, LogoutToken, ProtectedResource, Registration, registrationText }
