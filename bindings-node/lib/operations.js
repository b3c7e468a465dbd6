'use strict'

// The operations of a client that need the network: how each begins, and what its reply becomes. Begun with a hub, which `run`
// adds, an operation runs at once and its promise is returned; without one the operation is, for a flow.

const native = require('./native.js')
const { instance, isPlain, kind, options, text } = require('./arguments.js')
const { bare } = require('./claims.js')
const { failure } = require('./errors.js')
const { made } = require('./made.js')
const { PendingAuthorization, pendingHandle } = require('./pending.js')
const { LogoutToken } = require('./replies.js')
const { Introspection, TokenSet } = require('./tokens.js')

const AUTHORIZATION = {
  scopes: 'scopes',
  parameters: 'parameters',
  returnTo: 'return_to',
  prompt: 'prompt',
  loginHint: 'login_hint',
  maxAge: 'max_age',
  acrValues: 'acr_values',
  uiLocales: 'ui_locales',
  idTokenHint: 'id_token_hint',
  claims: 'claims',
  resource: 'resource',
  authorizationDetails: 'authorization_details',
  responseMode: 'response_mode',
  session: 'session',
}
const CALLBACK = { origin: 'origin', session: 'session', responseMode: 'response_mode' }
const REFRESH = { scopes: 'scopes', resource: 'resource', idToken: 'id_token', subject: 'subject' }
const REPLAY = { replay: 'replay' }
const HINTED = { tokenTypeHint: 'token_type_hint' }
const SUBJECT = { subject: 'subject' }

/** Parameters of the callback as a flat list of names and values; repeated names stay repeated. */
function pairs(query) {
  const out = []
  const add = (name, value) => {
    // A query parser may have built arrays or objects from what the browser sent: that is the sender's
    // doing and not the caller's, hence a callback error.
    if (typeof value !== 'string') throw failure('callback.malformed', `a parameter is ${kind(value)}, not text`)
    out.push(text(name, 'a parameter name'), text(value, 'a parameter'))
  }
  if (query instanceof URLSearchParams) {
    for (const [name, value] of query) add(name, value)
  } else {
    for (const name of Object.keys(query)) {
      const value = query[name]
      if (value === undefined) continue
      for (const one of Array.isArray(value) ? value : [value]) add(name, one)
    }
  }
  return out
}

/** What a browser brought, as the core reads it from JSON: a URL, or pairs. */
function brought(request) {
  if (request instanceof URL) return request.href
  if (typeof request === 'string') return text(request, 'the request')
  if (!(request instanceof URLSearchParams) && !isPlain(request)) {
    throw failure('internal.argument', `the request must be a URL, its text, or its parameters, not ${kind(request)}`)
  }
  const flat = pairs(request)
  return Array.from({ length: flat.length / 2 }, (_, index) => flat.slice(2 * index, 2 * index + 2))
}

/** `finish` is the function of the client that takes a URL. */
function finishing(handle, finish, pending, callback, settings, hub) {
  const json = settings === undefined ? '' : options(settings, CALLBACK, 'the options')
  const begun = pendingHandle(instance(pending, PendingAuthorization, 'pending'))
  if (callback instanceof URL) callback = callback.href
  if (typeof callback === 'string') return finish(begun, text(callback, 'callback'), json, hub)
  if (!(callback instanceof URLSearchParams) && !isPlain(callback)) {
    throw failure('internal.argument', `callback must be a URL, its text, or its parameters, not ${kind(callback)}`)
  }
  return native.clientFinishParameters(handle, begun, pairs(callback), json, hub)
}

function refreshing(handle, refreshToken, settings, hub) {
  const json = options(settings, REFRESH, 'the options')
  return native.clientRefresh(handle, text(refreshToken, 'refreshToken'), json, hub)
}

/** An operation whose options are JSON already. */
function granted(handle, name, json, hub) {
  return native.clientOperation(handle, name, json, hub)
}

/** An operation that takes nothing but options: `names` turns them into the core's. */
function operating(handle, name, settings, names, hub) {
  return native.clientOperation(handle, name, options(settings, names, 'the options'), hub)
}

function introspecting(handle, token, settings, hub) {
  const json = options(settings, HINTED, 'the options')
  return native.clientIntrospect(handle, text(token, 'token'), json, hub)
}

function revoking(handle, token, settings, hub) {
  const json = options(settings, HINTED, 'the options')
  return native.clientRevoke(handle, text(token, 'token'), json, hub)
}

function asking(handle, accessToken, settings, hub) {
  const json = options(settings, SUBJECT, 'the options')
  return native.clientUserinfo(handle, text(accessToken, 'accessToken'), json, hub)
}

function loggingOut(handle, token, settings, hub) {
  const given = { token: text(token, 'token'), ...JSON.parse(options(settings, REPLAY, 'the options')) }
  return native.clientOperation(handle, 'verify_logout_token', JSON.stringify(given), hub)
}

// What the replies become.
const loggedOut = (reply) => new LogoutToken(made, reply)
const tokens = (reply) => new TokenSet(made, reply)
const introspection = (reply) => new Introspection(made, reply)
const pushed = (handle) => new PendingAuthorization(made, handle)
const nothing = () => undefined
const claims = (reply) => bare(JSON.parse(reply))

module.exports = {
  AUTHORIZATION,
  asking,
  brought,
  claims,
  finishing,
  granted,
  introspecting,
  introspection,
  loggedOut,
  loggingOut,
  nothing,
  operating,
  pushed,
  refreshing,
  revoking,
  tokens,
}
