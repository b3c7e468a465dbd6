'use strict'

// A provider: what its metadata says, or what a known product looks like.

const native = require('./native.js')
const { document, options, text } = require('./arguments.js')
const { call } = require('./errors.js')
const { Flow, carried } = require('./flow.js')
const { made, onlyHere } = require('./made.js')

const NETWORKED = { network: 'network', testing: 'testing' }
const PRESET = { baseUrl: 'base_url', ...NETWORKED }

const handles = new WeakMap()

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
    return new Service(made, call(native.servicePreset, text(name, 'name'), options(settings, PRESET, 'the options')))
  }

  /** A metadata document or a CiviCRM provider file, as text or parsed. */
  static fromJson(json) {
    return new Service(made, call(native.serviceFromJson, document(json, 'json')))
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
