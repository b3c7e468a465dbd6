'use strict'

// Challenges: what a WWW-Authenticate field asks for.

const native = require('./native.js')
const { text } = require('./arguments.js')
const { call } = require('./errors.js')
const { made, onlyHere } = require('./made.js')

// The core's names of options as the options of `beginAuthorization` are called here.
const OPTIONS = { scopes: 'scopes', acr_values: 'acrValues', max_age: 'maxAge' }

/** One challenge of a reply with status 401 or 403. */
class Challenge {
  #options

  constructor(mark, parts) {
    onlyHere(mark, 'use Challenge.parse')
    this.scheme = parts.scheme
    this.token68 = parts.token68
    // Names come from outside, so the object has no prototype that one of them could mean.
    this.parameters = Object.freeze(Object.assign(Object.create(null), parts.parameters))
    this.#options = parts.authorization_options
    Object.freeze(this)
  }

  /** The challenges of a field, or of all fields of that name in order. */
  static parse(header) {
    const fields = Array.isArray(header) ? header : [header]
    const json = call(native.parseChallenges, fields.map((field) => text(field, 'header')))
    // Every member is made as an own property, whatever its name.
    return JSON.parse(json).map((parts) => new Challenge(made, parts))
  }

  /** The parameter `error`. */
  get error() {
    return this.parameters.error ?? null
  }

  /** Where the resource describes itself (RFC 9728), as the challenge says: not checked. */
  get resourceMetadata() {
    return this.parameters.resource_metadata ?? null
  }

  /** What to pass to `beginAuthorization` so that the next access token will do. */
  authorizationOptions() {
    const renamed = Object.entries(this.#options).map(([name, value]) => [OPTIONS[name] ?? name, value])
    return structuredClone(Object.fromEntries(renamed))
  }
}

module.exports = { Challenge }
