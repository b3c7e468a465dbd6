'use strict'

// The grants that take nothing but options: what each is called, takes and yields. `client.js` makes methods of them.

const { instance, isPlain, options, text } = require('./arguments.js')
const { failure } = require('./errors.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted } = require('./redact.js')

const COMMON = {
  scopes: 'scopes',
  resource: 'resource',
  authorizationDetails: 'authorization_details',
  parameters: 'parameters',
}
const EXCHANGE = {
  subjectTokenType: 'subject_token_type',
  actorToken: 'actor_token',
  actorTokenType: 'actor_token_type',
  requestedTokenType: 'requested_token_type',
  audience: 'audience',
  ...COMMON,
}
const BACKCHANNEL = {
  loginHint: 'login_hint',
  loginHintToken: 'login_hint_token',
  idTokenHint: 'id_token_hint',
  bindingMessage: 'binding_message',
  userCode: 'user_code',
  requestedExpiry: 'requested_expiry',
  acrValues: 'acr_values',
  ...COMMON,
}

/** What was begun, from the text that `store` gave. */
function parsed(stored) {
  let members
  try {
    members = JSON.parse(text(stored, 'stored'))
  } catch (error) {
    if (error instanceof SyntaxError) throw failure('pending.invalid', 'not what store gave')
    throw error
  }
  if (!isPlain(members)) throw failure('pending.invalid', 'not what store gave')
  return members
}

class Begun {
  #members

  constructor(mark, members) {
    onlyHere(mark, 'a client returns it')
    this.#members = members
  }

  /** When it expires, seconds since the epoch. */
  get expiresAt() {
    return this.#members.expires_at
  }

  /** Seconds between two requests for the tokens. */
  get interval() {
    return this.#members.interval
  }

  /** A text for a session on the server. Whoever has it can ask for the tokens as this client. */
  store() {
    return JSON.stringify(this.#members)
  }

  static members(begun) {
    return begun.#members
  }
}
const membersOf = Begun.members
delete Begun.members

/** A login on another device that was begun: show `userCode` and `verificationUri`, then ask for the tokens. */
class DeviceAuthorization extends Begun {
  /** What the user types. */
  get userCode() {
    return membersOf(this).user_code
  }

  /** Where the user types it. */
  get verificationUri() {
    return membersOf(this).verification_uri
  }

  /** The address with the code in it, for a QR code, or `null`. */
  get verificationUriComplete() {
    return membersOf(this).verification_uri_complete ?? null
  }

  /** Reads what `store` gave. */
  static restore(stored) {
    return new DeviceAuthorization(made, parsed(stored))
  }
}
redacted(DeviceAuthorization, (it) => ({
  userCode: it.userCode,
  verificationUri: it.verificationUri,
  verificationUriComplete: it.verificationUriComplete,
  expiresAt: it.expiresAt,
  interval: it.interval,
  deviceCode: STARS,
}))

/** An authentication of a user on another device that was begun (CIBA). */
class BackchannelAuthentication extends Begun {
  /** Reads what `store` gave. */
  static restore(stored) {
    return new BackchannelAuthentication(made, parsed(stored))
  }
}
redacted(BackchannelAuthentication, (it) => ({ expiresAt: it.expiresAt, interval: it.interval, authReqId: STARS }))

/** The options of a grant as JSON, with the arguments that stand before them. */
function granting(first, names) {
  return (given) => {
    const settings = given[first.length]
    if (settings !== undefined && !isPlain(settings)) return options(settings, names, 'the options')
    const all = { ...settings }
    const known = { ...names }
    first.forEach(([argument, name], index) => {
      all[name] = text(given[index], argument)
      known[name] = name
    })
    return options(all, known, 'the options')
  }
}

/** What goes on with something that was begun. */
function going(name, type) {
  return ([begun]) => options({ [name]: membersOf(instance(begun, type, name)) }, { [name]: name }, 'the options')
}

const TOKENS = 'tokens'
const PERHAPS = 'tokens or nothing'
const DEVICE = (reply) => new DeviceAuthorization(made, JSON.parse(reply))
const AUTHENTICATION = (reply) => new BackchannelAuthentication(made, JSON.parse(reply))

/** Method, name in the core, how its arguments become options, what it yields. */
const GRANTS = [
  ['clientCredentials', 'client_credentials', granting([], COMMON), TOKENS],
  ['password', 'password', granting([['username', 'username'], ['password', 'password']], COMMON), TOKENS],
  ['jwtBearer', 'jwt_bearer', granting([['assertion', 'assertion']], COMMON), TOKENS],
  ['samlBearer', 'saml_bearer', granting([['assertion', 'assertion']], COMMON), TOKENS],
  ['tokenRequest', 'token_request', granting([['extension', 'extension']], COMMON), TOKENS],
  ['exchangeToken', 'exchange_token', granting([['subjectToken', 'subject_token']], EXCHANGE), TOKENS],
  ['deviceAuthorization', 'device_authorization', granting([], COMMON), DEVICE],
  ['deviceToken', 'device_token', going('authorization', DeviceAuthorization), TOKENS],
  ['pollDeviceToken', 'poll_device_token', going('authorization', DeviceAuthorization), PERHAPS],
  ['backchannelAuthentication', 'backchannel_authentication', granting([], BACKCHANNEL), AUTHENTICATION],
  ['backchannelToken', 'backchannel_token', going('authentication', BackchannelAuthentication), TOKENS],
  ['pollBackchannelToken', 'poll_backchannel_token', going('authentication', BackchannelAuthentication), PERHAPS],
]

module.exports = { BackchannelAuthentication, DeviceAuthorization, GRANTS, PERHAPS, TOKENS }
