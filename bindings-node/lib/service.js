'use strict'

// A provider: what its metadata says, or what a known product looks like.

const native = require('./native.js')
const { document, instance, isPlain, options, refuse, text } = require('./arguments.js')
const { call, failure } = require('./errors.js')
const { Flow, carried } = require('./flow.js')
const { made, onlyHere } = require('./made.js')
const { Registration, registrationText } = require('./replies.js')

const NETWORKED = { quirks: 'quirks', defaultLifetime: 'default_lifetime', overlay: 'overlay', network: 'network', testing: 'testing' }
const PLACED = { baseUrl: 'base_url', tenant: 'tenant', realm: 'realm', domain: 'domain', ...NETWORKED }
const CONTEXT = { token: 'token', client: 'client', provider: 'provider', mode: 'mode' }

const REGISTER = { initialAccessToken: 'initial_access_token', softwareStatement: 'software_statement' }

const handles = new WeakMap()

/** The JSON text of an object. */
function parsed(value, name) {
  if (!isPlain(value)) throw refuse(name, 'an object', value)
  return document(value, name)
}

/** The JSON text of an object or a list. */
function listed(value, name) {
  return Array.isArray(value) ? parsed({ value }, name).slice('{"value":'.length, -1) : parsed(value, name)
}

/** A client's metadata, as text or object. */
function metadataOf(metadata) {
  const json = document(metadata, 'metadata')
  try {
    return JSON.parse(json)
  } catch {
    throw failure('config.invalid', 'metadata is not JSON')
  }
}

const kept = (registration) => ({
  registration: JSON.parse(registrationText(instance(registration, Registration, 'registration'))),
})

const registered = (reply) => new Registration(made, JSON.parse(reply).registration)

function registering(service, name, given, convert = registered) {
  const handle = handles.get(instance(service, Service, 'service'))
  return new Flow(made, call(native.serviceOperation, handle, name, JSON.stringify(given)), convert)
}

/** A provider: its endpoints and what it can do. */
class Service {
  constructor(mark, handle) {
    onlyHere(mark, 'use Service.discover, Service.preset or Service.fromJson')
    handles.set(this, handle)
  }

  /** Reads the provider's metadata (OpenID Connect Discovery or RFC 8414) and checks its issuer. */
  static async discover(issuer, settings) {
    return await carried(Service.flow.discover(issuer, settings))
  }

  /** The same, carried by the caller. */
  static flow = Object.freeze({
    discover(issuer, settings) {
      const json = options(settings, NETWORKED, 'the options')
      const operation = call(native.serviceDiscover, text(issuer, 'issuer'), json)
      return new Flow(made, operation, (handle) => new Service(made, handle))
    },
    register(service, metadata, settings) {
      const given = { metadata: metadataOf(metadata), ...JSON.parse(options(settings, REGISTER, 'the options')) }
      return registering(service, 'register', given)
    },
    readRegistration(service, registration) {
      return registering(service, 'read_registration', kept(registration))
    },
    updateRegistration(service, registration, metadata) {
      return registering(service, 'update_registration', { ...kept(registration), metadata: metadataOf(metadata) })
    },
    deleteRegistration(service, registration) {
      return registering(service, 'delete_registration', kept(registration), () => undefined)
    },
  })

  /** Registers a client with this metadata (RFC 7591). */
  async register(metadata, settings) {
    return await carried(Service.flow.register(this, metadata, settings))
  }

  /** Reads a registration anew (RFC 7592). */
  async readRegistration(registration) {
    return await carried(Service.flow.readRegistration(this, registration))
  }

  /** Replaces the metadata of a registration (RFC 7592). Keep the result in place of the old one. */
  async updateRegistration(registration, metadata) {
    return await carried(Service.flow.updateRegistration(this, registration, metadata))
  }

  /** Deletes a registration (RFC 7592). */
  async deleteRegistration(registration) {
    return await carried(Service.flow.deleteRegistration(this, registration))
  }

  /** A known product by name, for example `frappe`. */
  static preset(name, settings) {
    return new Service(made, call(native.servicePreset, text(name, 'name'), options(settings, PLACED, 'the options')))
  }

  /** The known products: for each its name, title, the values that it needs, defaults, scopes, quirks and tags. */
  static presets() {
    return JSON.parse(call(native.servicePresets))
  }

  /** A metadata document, a CiviCRM provider file, or a record of Frappe, as text or parsed. */
  static fromJson(json, settings) {
    const given = document(json, 'json')
    return new Service(made, call(native.serviceFromJson, given, options(settings, PLACED, 'the options')))
  }

  #ask(question, settings) {
    return JSON.parse(call(native.serviceAsk, handles.get(this), question, settings))
  }

  /** Default scopes and parameters, quirks, labels, templates, and the client that a record names. */
  get definition() {
    return this.#ask('definition', '{}')
  }

  /** Fills in a template: one of the provider file's by its name, or the one that is given. */
  render(template, settings) {
    const given = typeof template === 'string' ? JSON.stringify(text(template, 'template')) : listed(template, 'template')
    const rest = options(settings, CONTEXT, 'the options')
    return this.#ask('render', `{"template":${given}${rest === '{}' ? '' : `,${rest.slice(1, -1)}`}}`)
  }

  /** The name of a resource owner by CiviCRM's order: `upn`, `userPrincipalName`, `mail`, `email`, `id`. */
  ownerName(claims) {
    return this.#ask('owner_name', `{"claims":${parsed(claims, 'claims')}}`)
  }

  /** The identifier of a user: the claim that the service names for it, else `sub`. */
  userId(claims) {
    return this.#ask('user_id', `{"claims":${parsed(claims, 'claims')}}`)
  }

  /** The issuer, or `null` for a plain OAuth provider without one. */
  get issuer() {
    return call(native.serviceIssuer, handles.get(this))
  }

  toJSON() {
    return JSON.parse(call(native.serviceJson, handles.get(this)))
  }
}

module.exports = { Service, serviceHandle: (service) => handles.get(service) }
