'use strict'

// What comes from the caller is checked here, before it reaches the extension: types, well-formed text,
// known option names. A wrong argument is `internal.argument`, a wrong option is `config.invalid`.

const { failure } = require('./errors.js')

// More than the core accepts of anything: what is longer arrives cut, still too long, and is refused there with the
// code that belongs to it, without a copy of all of it.
const MAX_TEXT = 4 * 1024 * 1024
// No option of ours is nested more deeply than two levels.
const MAX_DEPTH = 8
// Node 18 lacks `isWellFormed`, which knows at once of most strings that they have no surrogates.
const surrogate = /\p{Surrogate}/u
const wellFormed = String.prototype.isWellFormed
  ? (value) => value.isWellFormed()
  : (value) => !surrogate.test(value)

const kind = (value) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value)

function refuse(name, wanted, value) {
  return failure('internal.argument', `${name} must be ${wanted}, not ${kind(value)}`)
}

/** A string without lone surrogates: the core works on UTF-8, and a replacement character is another text. */
function text(value, name) {
  if (typeof value !== 'string') throw refuse(name, 'a string', value)
  if (value.length > MAX_TEXT) {
    const half = value.charCodeAt(MAX_TEXT - 1) >> 10 === 0x36 // the first of a pair
    return text(value.slice(0, half ? MAX_TEXT - 1 : MAX_TEXT), name)
  }
  if (!wellFormed(value)) throw failure('internal.argument', `${name} is not well-formed Unicode`)
  return value
}

/** Bytes that nobody else can change while they are read. */
function bytes(value, name) {
  if (!(value instanceof Uint8Array)) throw refuse(name, 'a Uint8Array', value)
  if (!(value.buffer instanceof ArrayBuffer)) {
    throw failure('internal.argument', `${name} must not lie in shared memory`)
  }
  return value.byteLength > MAX_TEXT ? value.subarray(0, MAX_TEXT) : value
}

/** Bytes, or text as its UTF-8. */
function octets(value, name) {
  return typeof value === 'string' ? Buffer.from(text(value, name), 'utf8') : bytes(value, name)
}

/** An instance of one of our classes. */
function instance(value, type, name) {
  if (!(value instanceof type)) throw refuse(name, `a ${type.name}`, value)
  return value
}

/** Whether the value is an object that holds members of its own kind: not an array, not a class of Node's. */
function isPlain(value) {
  if (value === null || typeof value !== 'object') return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

function checked(value, name, depth = 0) {
  if (depth > MAX_DEPTH) throw failure('config.invalid', 'a value that is nested too deeply', name)
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value)) return value
      break
    case 'object':
      if (value === null) return value
      if (Array.isArray(value)) return value.map((item) => checked(item, name, depth + 1))
      if (isPlain(value)) {
        const out = Object.create(null)
        for (const key of Object.keys(value)) out[key] = checked(value[key], name, depth + 1)
        return out
      }
  }
  throw failure('config.invalid', 'a value that JSON cannot hold', name)
}

const NETWORK = {
  allowPrivate: 'allow_private',
  connectTimeoutMs: 'connect_timeout_ms',
  timeoutMs: 'timeout_ms',
  maxBody: 'max_body',
  proxyFromEnvironment: 'proxy_from_environment',
  extraRootsPem: 'extra_roots_pem',
}
const TESTING = { now: 'now', entropy: 'entropy' }
const NESTED = { network: NETWORK, testing: TESTING }

function renamed(options, names, where) {
  if (!isPlain(options)) throw failure('config.invalid', `${where} must be an object, not ${kind(options)}`)
  const out = Object.create(null)
  for (const key of Object.keys(options)) {
    const value = options[key]
    // A member that is undefined counts as absent, as everywhere in JavaScript.
    if (value === undefined) continue
    if (!Object.hasOwn(names, key)) throw failure('config.invalid', `unknown option in ${where}`, key)
    const name = names[key]
    out[name] = Object.hasOwn(NESTED, name) ? renamed(value, NESTED[name], key) : checked(value, key)
  }
  return out
}

/** The members of an options object by their own names, for what is not handed on as JSON. */
function members(value, names) {
  if (value === undefined) return {}
  return renamed(value, Object.fromEntries(names.map((name) => [name, name])), 'the options')
}

/**
 * The JSON text of an options object, its names turned into the core's. An unknown name is refused:
 * a misspelt security option must not be ignored.
 */
function options(value, names, where) {
  if (value === undefined) return '{}'
  const result = JSON.stringify(renamed(value, names, where))
  if (result.length > MAX_TEXT) throw failure('config.invalid', `${where} is too long`)
  return result
}

/** The JSON text of a document that the caller gives as text or as the parsed object. */
function document(value, name) {
  if (typeof value === 'string') return text(value, name)
  if (!isPlain(value)) throw refuse(name, 'JSON text or an object', value)
  let result
  try {
    result = JSON.stringify(value)
  } catch {
    throw failure('internal.argument', `${name} cannot be written as JSON`)
  }
  if (typeof result !== 'string') throw failure('internal.argument', `${name} cannot be written as JSON`)
  return text(result, name)
}

module.exports = { bytes, document, instance, isPlain, kind, members, octets, options, refuse, text }
