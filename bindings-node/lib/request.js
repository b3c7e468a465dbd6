'use strict'

// Where the Authorization fields of a request are, whatever the framework calls a request.
//
// All of them are handed on, so that the core sees, and refuses, a request with two. A field is never joined, split or
// trimmed here, and nothing but header fields is read.

const { kind } = require('./arguments.js')
const { failure } = require('./errors.js')

const WANTED = 'a request, a Headers or an object of headers'
// Far more than any server lets through, and than any token may have; what follows need not be looked at.
const ENOUGH = 1 << 20

const isField = (name) => typeof name === 'string' && name.length === 13 && name.toLowerCase() === 'authorization'
const isObject = (value) => value !== null && typeof value === 'object'

function values(value) {
  if (value === undefined || value === null) return []
  return (Array.isArray(value) ? value : [value]).map((one) => {
    if (typeof one !== 'string') throw failure('internal.argument', `authorization must be a string, not ${kind(one)}`)
    return one.length > ENOUGH ? one.slice(0, ENOUGH) : one
  })
}

function fromHeaders(headers) {
  if (ArrayBuffer.isView(headers)) throw failure('internal.argument', `the request must be ${WANTED}, not bytes`)
  const fields = []
  if (typeof headers[Symbol.iterator] === 'function') {
    for (const pair of headers) {
      if (!Array.isArray(pair)) throw failure('internal.argument', `the request must be ${WANTED}, not a list`)
      if (isField(pair[0])) fields.push(...values(pair[1]))
    }
  } else {
    for (const name of Object.keys(headers)) if (isField(name)) fields.push(...values(headers[name]))
  }
  return fields
}

/** node:http forgets a second Authorization field in `headers`; only `rawHeaders` has it. */
function repeated(raw) {
  const fields = []
  for (let at = 0; at + 1 < raw.length; at += 2) if (isField(raw[at])) fields.push(...values(raw[at + 1]))
  return fields.length > 1 ? fields : null
}

/** The values of all Authorization fields of a request. */
function authorizationOf(request) {
  if (!isObject(request)) throw failure('internal.argument', `the request must be ${WANTED}, not ${kind(request)}`)
  // Fastify and Koa keep node:http's request in these.
  const message = [request, request.raw, request.req].find((it) => isObject(it) && Array.isArray(it.rawHeaders))
  const several = message && repeated(message.rawHeaders)
  if (several) return several
  // What the application sees: a middleware may have removed the field.
  return fromHeaders(isObject(request.headers) ? request.headers : request)
}

module.exports = { authorizationOf }
