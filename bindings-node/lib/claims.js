'use strict'

// Claims are objects without a prototype: a claim that is absent reads as `undefined` whatever its name
// (`constructor`, `toString`), and one that is called `__proto__` is an ordinary member.
//
// The token they come from is attached as a private field, which neither enumeration nor `util.inspect`,
// `JSON.stringify` or a copy shows; `Claims.raw` and `Claims.header` decode it when they are asked. This
// costs a tenth of parsing the claims, where decoding the header each time would cost as much again.

const { failure } = require('./errors.js')

class ReturnsItsArgument {
  constructor(object) {
    return object
  }
}

class Origin extends ReturnsItsArgument {
  #token

  constructor(object, token) {
    super(object)
    this.#token = token
  }

  static token(object) {
    if (object !== null && typeof object === 'object' && #token in object) return object.#token
    throw failure('internal.argument', 'these are not claims of a token that this package decoded')
  }
}

function detach(value) {
  if (Array.isArray(value)) {
    for (const item of value) if (item !== null && typeof item === 'object') detach(item)
    return value
  }
  for (const key of Object.keys(value)) {
    const member = value[key]
    if (member !== null && typeof member === 'object') detach(member)
  }
  return Object.setPrototypeOf(value, null)
}

/** A parsed JSON object as one without a prototype, at every depth. */
const bare = (value) => detach(value)

/** The claims of a token from their JSON text. The attachment comes first: it is four times slower after. */
function claimsOf(text, token) {
  const claims = new Origin(JSON.parse(text), token)
  // Only a text with a second brace can hold a nested object; most claims are flat.
  return text.indexOf('{', 1) === -1 ? Object.setPrototypeOf(claims, null) : detach(claims)
}

// What claims are built in: an object on whose way to the end of its prototypes nothing stands, so that no setter or read-only
// member of `Object.prototype` can get between a claim and its value. The name is the one that `util.inspect` shows.
const Empty = { Object: function () {} }.Object
Empty.prototype = Object.create(null)

// What a value is, in the upper two of its bits; see src/claims.rs.
const TEXT = 0
const DIGITS = 1

function valueAt(answer, kind, start, end) {
  if (kind === TEXT) return answer.slice(start, end)
  if (kind === DIGITS) {
    let number = 0
    for (let at = start; at < end; at++) number = number * 10 + (answer.charCodeAt(at) - 48)
    return number
  }
  const value = JSON.parse(answer.slice(start, end))
  return value !== null && typeof value === 'object' ? detach(value) : value
}

/** The first character of an answer up to which it says where the values are. */
const SHAPES = 8

/**
 * The claims of a token from an answer of the extension that says where each value is (src/claims.rs). `shapes` are the names
 * by the number that begins the answer; what is not there yet is read from the text.
 */
function placedClaims(answer, shapes, token) {
  const shape = answer.charCodeAt(0)
  const count = answer.charCodeAt(1)
  const names = (shapes[shape] ??= Object.keys(JSON.parse(answer.slice(2 + 4 * count))))
  const claims = new Origin(new Empty(), token)
  for (let index = 0, at = 2; index < count; index++, at += 4) {
    const start = (answer.charCodeAt(at) << 7) | answer.charCodeAt(at + 1)
    const kind = answer.charCodeAt(at + 2)
    const length = ((kind & 31) << 7) | answer.charCodeAt(at + 3)
    claims[names[index]] = valueAt(answer, kind >> 5, start, start + length)
  }
  return Object.setPrototypeOf(claims, null)
}

/** As `claimsOf`, for claims that are parsed already. */
const attach = (parsed, token) => detach(new Origin(parsed, token))

const segment = (token, index) => Buffer.from(token.split('.')[index], 'base64url').toString('utf8')

/** What belongs to claims but is not one of them. */
const Claims = Object.freeze({
  /** The JSON text of the claims, byte for byte as it was signed. */
  raw: (claims) => segment(Origin.token(claims), 1),
  /** The token's JOSE header. */
  header: (claims) => bare(JSON.parse(segment(Origin.token(claims), 0))),
})

module.exports = { Claims, SHAPES, attach, bare, claimsOf, placedClaims }
