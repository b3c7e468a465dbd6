'use strict'

// An authorization between its beginning and its callback.

const native = require('./native.js')
const { call } = require('./errors.js')
const { events } = require('./events.js')
const { Keyring, handleOf } = require('./keys.js')
const { onlyHere } = require('./made.js')
const { STARS, redacted } = require('./redact.js')

/** An authorization that was begun: send the browser to `url`, keep the rest for the callback. */
class PendingAuthorization {
  #handle

  constructor(mark, handle) {
    onlyHere(mark, 'use client.beginAuthorization or client.openPending')
    this.#handle = handle
  }

  /** Where to send the browser; `null` for one that was sealed and opened again. */
  get url() {
    return call(native.pendingUrl, this.#handle)
  }

  get state() {
    return call(native.pendingState, this.#handle)
  }

  /** The path that was given as `returnTo`, or `null`. */
  get returnTo() {
    return call(native.pendingReturnTo, this.#handle)
  }

  /** When it expires, seconds since the epoch. */
  get expiresAt() {
    return call(native.pendingExpiresAt, this.#handle)
  }

  /** Until when the URL of a pushed request is good, seconds since the epoch, or `null`. */
  get urlExpiresAt() {
    return call(native.pendingUrlExpiresAt, this.#handle)
  }

  /** With the response mode `web_message`: where the message comes from (`event.origin`), or `null`. */
  get responseOrigin() {
    return call(native.pendingResponseOrigin, this.#handle)
  }

  /** With the response mode `web_message`: where the page that took the message goes on, or `null`. */
  get continueUrl() {
    return call(native.pendingContinueUrl, this.#handle)
  }

  /** That it was begun; empty for one that was sealed and opened again. */
  get events() {
    return events(call(native.pendingEvents, this.#handle))
  }

  /** An encrypted text for the user's session. `key`: 32 bytes or a Keyring. */
  seal(key) {
    return call(native.pendingSeal, this.#handle, handleOf(Keyring.from(key)))
  }

  static handle(pending) {
    return pending.#handle
  }
}
redacted(PendingAuthorization, (it) => ({
  url: it.url && `${it.url.split('?')[0]}?${STARS}`,
  state: STARS,
  returnTo: it.returnTo,
  expiresAt: it.expiresAt,
}))
const pendingHandle = PendingAuthorization.handle
delete PendingAuthorization.handle

module.exports = { PendingAuthorization, pendingHandle }
