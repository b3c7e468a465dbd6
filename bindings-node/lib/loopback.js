'use strict'

// The loopback receiver of native applications (RFC 8252 section 7.3).

const native = require('./native.js')
const { options, text } = require('./arguments.js')
const { call } = require('./errors.js')
const { Flow, carried } = require('./flow.js')
const { made } = require('./made.js')
const { redacted } = require('./redact.js')

const WHERE = { host: 'host', port: 'port', path: 'path' }
const RECEIVE = { state: 'state', timeoutMs: 'timeout_ms' }
const FORWARD = { timeoutMs: 'timeout_ms' }

/** A server on this machine that takes the authorization response from the user's browser. */
class LoopbackReceiver {
  #handle

  constructor(settings) {
    this.#handle = call(native.loopbackOpen, options(settings, WHERE, 'the options'))
    this.redirectUri = call(native.loopbackUri, this.#handle)
    this.port = call(native.loopbackPort, this.#handle)
    /** The same, carried by the caller. */
    Object.defineProperty(this, 'flow', {
      value: Object.freeze({
        receive: (settings) => {
          const json = options(settings, RECEIVE, 'the options')
          return new Flow(made, call(native.loopbackReceive, this.#handle, json), JSON.parse)
        },
        forward: (to, settings) => {
          const json = options(settings, FORWARD, 'the options')
          return new Flow(made, call(native.loopbackForward, this.#handle, text(to, 'to'), json), JSON.parse)
        },
      }),
    })
    Object.freeze(this)
  }

  /** Waits for one authorization response, closes, and yields what `client.finishAuthorization` takes. */
  async receive(settings) {
    return await carried(this.flow.receive(settings))
  }

  /** Redirects every request to the URL `to`, its query kept, until it is closed or the time is over. */
  async forward(to, settings) {
    return await carried(this.flow.forward(to, settings))
  }

  /** Ends whatever is served, and stops listening. */
  close() {
    call(native.loopbackClose, this.#handle)
  }
}
redacted(LoopbackReceiver, (it) => ({ redirectUri: it.redirectUri }))
// Node 18 has neither symbol.
for (const name of ['dispose', 'asyncDispose']) {
  if (Symbol[name]) {
    const value = name === 'dispose' ? LoopbackReceiver.prototype.close : async function () { this.close() }
    Object.defineProperty(LoopbackReceiver.prototype, Symbol[name], { value, configurable: true, writable: true })
  }
}

module.exports = { LoopbackReceiver }
