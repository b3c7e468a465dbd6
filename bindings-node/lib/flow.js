'use strict'

// Operations that need the network: run by this package (`run`), or step by step by the caller (`Flow`).

const native = require('./native.js')
const { bytes, isPlain, kind, refuse, text } = require('./arguments.js')
const { call, failure, fromReport, translated } = require('./errors.js')
const { events, listened, publish } = require('./events.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted } = require('./redact.js')

const HINT = 'flow.advance returns it'

// Whether the event loop is libuv: Bun and Deno have functions of those names that end the process.
const LIBUV = process.versions.bun === undefined && process.versions.deno === undefined

// Where this JavaScript thread's calls run; it keeps the event loop alive only while one is in flight.
let hub

/**
 * Has the extension's own driver run what `begin` begins with these arguments and a hub. The promise is kept with the reply,
 * also that of a failure: `value` reads it, after the await, so that the stack of an error names the caller and not the
 * extension's callback.
 */
function run(begin, ...given) {
  try {
    hub ??= native.openHub(LIBUV)
    return listened() ? told(begin(...given, undefined)) : begin(...given, hub)
  } catch (error) {
    throw translated(error)
  }
}

/** Has the driver run an operation that was begun without it, and tells of its events before its caller goes on. */
async function told(operation) {
  const reply = await native.start(operation, hub)
  publish(events(native.flowEvents(operation)))
  return reply
}

/** The value of a reply, or its error: a report within an array. */
function value(reply) {
  if (Array.isArray(reply)) throw fromReport(reply[0])
  return reply
}

/** An HTTP request that the caller is to carry. Its secrets are read by name only. */
class HttpStep {
  #request

  constructor(mark, request) {
    onlyHere(mark, HINT)
    this.#request = request
  }

  get method() {
    return this.#request.method
  }

  get url() {
    return this.#request.url
  }

  get headers() {
    return this.#request.headers
  }

  /** The body, or `null` for GET. */
  get body() {
    return this.#request.body
  }

  get timeoutMs() {
    return this.#request.timeoutMs
  }
}
redacted(HttpStep, (it) => ({
  method: it.method,
  url: it.url.split('?')[0],
  headers: Object.keys(it.headers),
  body: it.body && STARS,
  timeoutMs: it.timeoutMs,
}))

/** What a flow needs next: `http`, `sleep` (milliseconds), or nothing more when it is `done`. */
class Step {
  constructor(mark, done, http, sleep, result) {
    onlyHere(mark, HINT)
    this.done = done
    this.http = http
    this.sleep = sleep
    this.result = result
    Object.freeze(this)
  }
}

function headerPairs(headers) {
  const pairs = []
  const add = (name, value) => pairs.push(text(String(name), 'a header name'), text(String(value), 'a header'))
  if (headers === undefined || headers === null) return pairs
  if (Array.isArray(headers) || typeof headers[Symbol.iterator] === 'function') {
    for (const pair of headers) {
      if (!Array.isArray(pair) || pair.length !== 2) throw failure('internal.argument', 'headers must be pairs')
      add(pair[0], pair[1])
    }
  } else if (isPlain(headers)) {
    for (const name of Object.keys(headers)) {
      const values = Array.isArray(headers[name]) ? headers[name] : [headers[name]]
      for (const value of values) if (value !== undefined) add(name, value)
    }
  } else {
    throw refuse('headers', 'an object, a Headers or a list of pairs', headers)
  }
  return pairs
}

function bodyBytes(body) {
  if (body === undefined || body === null) return Buffer.alloc(0)
  if (typeof body === 'string') return Buffer.from(body, 'utf8')
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  return bytes(body, 'body')
}

/** One operation, carried by the caller: answer each step until it is done. */
class Flow {
  #operation
  #convert
  #sleeping = false
  // How many events were published.
  #told = 0

  constructor(mark, operation, convert) {
    onlyHere(mark, 'use client.flow, verifier.flow or Service.flow')
    this.#operation = operation
    this.#convert = convert
  }

  /**
   * Goes on to the next step. Without an argument at first and after a sleep; after an `http` step with
   * `{ status, headers, body }`, or with `{ failure: 'timeout' | 'connect' | ... }` if it was not carried.
   */
  advance(reply) {
    let step
    try {
      step = this.#answer(reply)
    } finally {
      if (listened()) this.#tell()
    }
    this.#sleeping = step.kind === 'sleep'
    switch (step.kind) {
      case 'http': {
        const { method, url, body = null, timeoutMs } = step
        const request = { method, url, headers: Object.fromEntries(step.headers), body, timeoutMs }
        return new Step(made, false, new HttpStep(made, request), null, undefined)
      }
      case 'sleep':
        return new Step(made, false, null, step.sleepMs, undefined)
      default:
        return new Step(made, true, null, null, this.#convert(step.value))
    }
  }

  /** What has happened so far; also after a failure. */
  get events() {
    return events(call(native.flowEvents, this.#operation))
  }

  #tell() {
    const fresh = this.events.slice(this.#told)
    this.#told += fresh.length
    publish(fresh)
  }

  #answer(reply) {
    const operation = this.#operation
    if (reply === undefined || reply === null) {
      return call(this.#sleeping ? native.flowSlept : native.flowBegin, operation)
    }
    if (typeof reply !== 'object') throw refuse('the reply', 'an object', reply)
    if (reply.slept === true) return call(native.flowSlept, operation)
    if (reply.failure !== undefined) return call(native.flowFailed, operation, text(reply.failure, 'failure'))
    const { status } = reply
    if (!Number.isInteger(status) || status < 100 || status > 999) {
      throw failure('internal.argument', `status must be an HTTP status code, not ${kind(status)}`)
    }
    return call(native.flowReceived, operation, status, headerPairs(reply.headers), bodyBytes(reply.body))
  }

  static async carried(flow) {
    // With a subscriber `run` begins without a hub, and what was begun is what the flow holds.
    const reply = await run((operation, here) => (here === undefined ? operation : native.start(operation, here)), flow.#operation)
    return flow.#convert(value(reply))
  }
}

/** Has this package's own driver carry a flow; what the methods without `.flow` do. */
const carried = Flow.carried
delete Flow.carried

module.exports = { Flow, HttpStep, Step, carried, run, value }
