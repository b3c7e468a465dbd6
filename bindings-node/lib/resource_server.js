'use strict'

// The resource server role: who may use an API, and what to answer if nobody may (RFC 6750).

const native = require('./native.js')
const { instance, options } = require('./arguments.js')
const { claimsOf } = require('./claims.js')
const { call, classes, fromReport } = require('./errors.js')
const { Flow, carried } = require('./flow.js')
const { made, onlyHere } = require('./made.js')
const { redacted } = require('./redact.js')
const { authorizationOf } = require('./request.js')
const { Verifier, handleOfVerifier, takesEncrypted } = require('./verifier.js')

const SERVER = { realm: 'realm' }
const REQUIREMENTS = { scopes: 'scopes' }
const HINT = 'authenticate returns it'

/** On whose behalf a request is made. */
class Principal {
  constructor(mark, claims, scopes) {
    onlyHere(mark, HINT)
    this.granted = true
    this.claims = claims
    this.scopes = Object.freeze(scopes)
    this.subject = claims.sub ?? null
    Object.freeze(this)
  }

  /** Whether the token has this very scope. */
  hasScope(name) {
    return this.scopes.includes(name)
  }
}

/** What to answer a request that may not go on. */
class Denial {
  constructor(mark, status, headers, error) {
    onlyHere(mark, HINT)
    this.granted = false
    this.status = status
    this.headers = Object.freeze(headers)
    this.error = error
    Object.freeze(this)
  }
}

const encode = (text) => Buffer.from(text, 'utf8').toString('base64url')

/**
 * The decision of a JSON text. A granted request has one field: `Bearer`, a space, and the token; of an encrypted one the
 * reply has what is in it.
 */
function decision(text, fields, encrypted) {
  const reply = JSON.parse(text)
  if (reply.granted) {
    const token = encrypted ? `${encode(reply.header)}.${encode(reply.claims)}` : fields[0].slice(7)
    return new Principal(made, claimsOf(reply.claims, token), reply.scopes)
  }
  return new Denial(made, reply.status, reply.headers, fromReport(JSON.stringify(reply.error)))
}

/** Guards an API with a verifier. */
class ResourceServer {
  #handle
  #encrypted
  #realm

  constructor(verifier, settings) {
    const config = options(settings, SERVER, 'the options')
    this.#handle = call(native.resourceServer, handleOfVerifier(instance(verifier, Verifier, 'verifier')), config)
    this.#encrypted = takesEncrypted(verifier)
    this.#realm = settings?.realm ?? null
    /** The same decision, carried by the caller. */
    Object.defineProperty(this, 'flow', {
      value: Object.freeze({
        authenticate: (request, settings) => this.#begin(authorizationOf(request), requirements(settings)),
      }),
    })
  }

  #begin(fields, required) {
    const operation = call(native.resourceServerAuthenticate, this.#handle, fields, required)
    return new Flow(made, operation, (text) => decision(text, fields, this.#encrypted))
  }

  #now(fields, required) {
    return decision(call(native.resourceServerAuthenticateNow, this.#handle, fields, required), fields, this.#encrypted)
  }

  /** A Principal or a Denial. Fetches the provider's keys when it must; if that fails, the denial has status 503. */
  async authenticate(request, settings) {
    const fields = authorizationOf(request)
    const required = requirements(settings)
    try {
      const known = this.#now(fields, required)
      // Keys that are about to expire are refreshed while they still serve.
      if (!call(native.resourceServerRefreshDue, this.#handle, fields)) return known
    } catch (error) {
      if (!(error instanceof classes.KeySetNotLoadedError)) throw error
    }
    return await carried(this.#begin(fields, required))
  }

  /** The same without the network: throws KeySetNotLoadedError when keys would have to be fetched. */
  authenticateSync(request, settings) {
    return this.#now(authorizationOf(request), requirements(settings))
  }

  static view(server) {
    return { realm: server.#realm }
  }
}
redacted(ResourceServer, ResourceServer.view)
delete ResourceServer.view

const requirements = (settings) => options(settings, REQUIREMENTS, 'the options')

module.exports = { Denial, Principal, ResourceServer }
