'use strict'

// The error classes, and the one place where a failure of the extension becomes one of them.
//
// The extension reports a failure as the JSON text of the core's error: a closed table of codes. Nothing
// else ever leaves this package, so whatever is not such a text is a defect and becomes an InternalError.

const native = require('./native.js')

/** Base of every error of this package. */
class FerroauthError extends Error {
  #explain

  constructor(report) {
    super(report.message)
    this.code = report.code
    this.number = report.number
    this.category = report.category
    this.status = report.status
    this.retryable = report.retryable
    if (report.retry_after !== undefined) this.retryAfter = report.retry_after
    if (report.oauth_error !== undefined) {
      this.oauthError = report.oauth_error
      this.oauthErrorDescription = report.oauth_error_description ?? null
    }
    this.#explain = report.explain ?? null
  }

  /** Which check refused the token, with which key and against which clock; `null` for other errors. */
  explain() {
    return this.#explain
  }

  toJSON() {
    const { name, message } = this
    return { name, message, ...this }
  }
}
// On the prototype, so that it does not show up as a member of each error.
Object.defineProperty(FerroauthError.prototype, 'name', {
  configurable: true,
  get() {
    return this.constructor.name
  },
})

class ConfigurationError extends FerroauthError {}
class KeyMaterialError extends FerroauthError {}
class TokenError extends FerroauthError {}
class ExpiredTokenError extends TokenError {}
class KeySetError extends FerroauthError {}
class KeySetNotLoadedError extends KeySetError {}
class MetadataError extends FerroauthError {}
class NetworkError extends FerroauthError {}
class CallbackError extends FerroauthError {}
class ProviderError extends FerroauthError {}
class ResponseError extends FerroauthError {}
class PendingAuthorizationError extends FerroauthError {}
class InternalError extends FerroauthError {}

const classes = {
  FerroauthError,
  ConfigurationError,
  KeyMaterialError,
  TokenError,
  ExpiredTokenError,
  KeySetError,
  KeySetNotLoadedError,
  MetadataError,
  NetworkError,
  CallbackError,
  ProviderError,
  ResponseError,
  PendingAuthorizationError,
  InternalError,
}
const byName = new Map(Object.entries(classes))

/** The error that a report of the extension (JSON text) describes. */
function fromReport(text) {
  const report = JSON.parse(text)
  return new (byName.get(report.class) ?? FerroauthError)(report)
}

/**
 * An error that this layer finds itself: a code of the table and a detail of our own, which must hold no
 * secret. Text from outside goes into `outside`; the core shortens and escapes it.
 */
function failure(code, detail, outside) {
  return fromReport(native.describeFailure(code, detail, outside ?? null))
}

const MARK = 'ferroauth:'

/** What to throw in place of an exception of the extension. */
function translated(error) {
  if (error instanceof FerroauthError) return error
  const text = typeof error?.message === 'string' ? error.message : ''
  if (text.startsWith(MARK)) return fromReport(text.slice(MARK.length))
  // napi's own refusal of an argument has one of its status names as code; all else was a panic, whose
  // text may hold anything and is therefore dropped.
  const refused = error?.code === 'InvalidArg' || /Expected$/.test(error?.code ?? '')
  return failure(refused ? 'internal.argument' : 'internal.panic', '')
}

/** Calls the extension. */
function call(operation, ...values) {
  try {
    return operation(...values)
  } catch (error) {
    throw translated(error)
  }
}

/** The closed table of errors: number, code, class and the rest of each row. */
const errorTable = () => JSON.parse(call(native.errorTable))

module.exports = { classes, call, errorTable, failure, fromReport, translated }
