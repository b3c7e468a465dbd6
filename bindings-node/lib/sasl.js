'use strict'

// Access tokens as passwords of mail: SASL XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628).

const native = require('./native.js')
const { options, text } = require('./arguments.js')
const { call, fromReport } = require('./errors.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted } = require('./redact.js')

const SERVER = { host: 'host', port: 'port' }

const ask = (name, given) => JSON.parse(call(native.pure, name, JSON.stringify(given)))

/** The first message of a mechanism. It contains the access token, so it does not show itself. */
class SaslResponse {
  #text
  #encoded

  constructor(mark, members) {
    onlyHere(mark, 'use sasl.xoauth2 or sasl.oauthbearer')
    this.mechanism = members.mechanism
    this.errorAnswer = members.error_answer
    this.#text = members.text
    this.#encoded = members.encoded
    Object.freeze(this)
  }

  /** The message itself, for mail libraries that encode it. */
  get text() {
    return this.#text
  }

  /** The message in base64, as it goes over the wire. */
  get encoded() {
    return this.#encoded
  }
}
redacted(SaslResponse, (it) => ({ mechanism: it.mechanism, text: STARS, encoded: STARS }))

/** Why a mail server refused a token. */
class SaslChallenge {
  constructor(mark, members) {
    onlyHere(mark, 'use sasl.challenge')
    this.status = members.status
    this.schemes = Object.freeze(members.schemes)
    this.scopes = Object.freeze(members.scopes)
    this.openidConfiguration = members.openid_configuration
    this.hint = members.hint
    this.error = fromReport(JSON.stringify(members.error))
    Object.freeze(this)
  }
}

const optional = (value, name) => (value === undefined || value === null ? undefined : text(value, name))

const sasl = Object.freeze({
  /** The first message of XOAUTH2. */
  xoauth2(user, accessToken) {
    const given = { user: text(user, 'user'), access_token: text(accessToken, 'accessToken') }
    return new SaslResponse(made, ask('sasl.xoauth2', given))
  },

  /** The first message of OAUTHBEARER. `host` and `port` are those of the mail server. */
  oauthbearer(user, accessToken, server) {
    const where = JSON.parse(options(server, SERVER, 'the options'))
    const given = { user: optional(user, 'user'), access_token: text(accessToken, 'accessToken'), ...where }
    return new SaslResponse(made, ask('sasl.oauthbearer', given))
  },

  /** What a mail server says about a refused token: the base64 of its line, or the JSON in it. */
  challenge(line) {
    return new SaslChallenge(made, ask('sasl.challenge', { challenge: text(line, 'the challenge') }))
  },
})

module.exports = { SaslChallenge, SaslResponse, sasl }
