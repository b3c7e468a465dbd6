'use strict'

// A provider: what its metadata says, or what a known product looks like.

const native = require('./native.js')
const { document, isPlain, options, refuse, text } = require('./arguments.js')
const { call } = require('./errors.js')
const { Flow, carried } = require('./flow.js')
const { made, onlyHere } = require('./made.js')

const NETWORKED = { quirks: 'quirks', defaultLifetime: 'default_lifetime', overlay: 'overlay', network: 'network', testing: 'testing' }
const PLACED = { baseUrl: 'base_url', tenant: 'tenant', realm: 'realm', domain: 'domain', ...NETWORKED }
const CONTEXT = { token: 'token', client: 'client', provider: 'provider', mode: 'mode' }

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
  })

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
