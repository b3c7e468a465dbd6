'use strict'

// The client role: log users in, obtain tokens, ask about them.

const native = require('./native.js')
const { instance, isPlain, kind, options, text } = require('./arguments.js')
const { bare } = require('./claims.js')
const { call, failure } = require('./errors.js')
const { Flow, run, value } = require('./flow.js')
const { Decrypter, handleOfDecrypter } = require('./encryption.js')
const { GRANTS, PERHAPS, TOKENS } = require('./grants.js')
const { Keyring, PrivateKey, handleOf } = require('./keys.js')
const { made, onlyHere } = require('./made.js')
const { STARS, redacted, stars } = require('./redact.js')
const { FrontChannelLogout, LogoutRequest, LogoutToken } = require('./replies.js')
const { Service, serviceHandle } = require('./service.js')
const { Introspection, TokenSet } = require('./tokens.js')

const CLIENT = {
  clientId: 'client_id',
  clientSecret: 'client_secret',
  redirectUri: 'redirect_uri',
  authenticationMethod: 'authentication_method',
  assertionAlgorithm: 'assertion_algorithm',
  assertionAudience: 'assertion_audience',
  certificate: 'certificate',
  certificateKey: 'certificate_key',
  authorizationResponseAlgorithms: 'authorization_response_algorithms',
  dpop: 'dpop',
  idTokenAlgorithms: 'id_token_algorithms',
  userinfoAlgorithms: 'userinfo_algorithms',
  introspectionAlgorithms: 'introspection_algorithms',
  introspectionCache: 'introspection_cache',
  leeway: 'leeway',
  pendingLifetime: 'pending_lifetime',
  testing: 'testing',
}
// Keys are objects and never text.
const CLIENT_KEYS = { assertionKey: 'assertion_key', dpopKey: 'dpop_key', requestObjectKey: 'request_object_key' }
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
const PROOF = { accessToken: 'access_token', nonce: 'nonce' }
const SCOPED = { scopes: 'scopes' }
const REFRESH = { scopes: 'scopes', resource: 'resource', idToken: 'id_token', subject: 'subject' }
const LOGOUT = {
  idTokenHint: 'id_token_hint',
  postLogoutRedirectUri: 'post_logout_redirect_uri',
  state: 'state',
  uiLocales: 'ui_locales',
  logoutHint: 'logout_hint',
}
const SESSION = { sessionId: 'session_id' }
const REPLAY = { replay: 'replay' }
const HINTED = { tokenTypeHint: 'token_type_hint' }
const SUBJECT = { subject: 'subject' }

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

// How each operation begins: with a hub, which `run` adds, it runs at once and its promise is returned; without one the
// operation is, for a flow.

function finishing(handle, pending, callback, settings, hub) {
  const json = settings === undefined ? '' : options(settings, CALLBACK, 'the options')
  const begun = pendingHandle(instance(pending, PendingAuthorization, 'pending'))
  if (callback instanceof URL) callback = callback.href
  if (typeof callback === 'string') return native.clientFinishUrl(handle, begun, text(callback, 'callback'), json, hub)
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

// What the replies become.
const loggedOut = (reply) => new LogoutToken(made, reply)
const tokens = (reply) => new TokenSet(made, reply)
const introspection = (reply) => new Introspection(made, reply)
const pushed = (handle) => new PendingAuthorization(made, handle)
const nothing = () => undefined
const claims = (reply) => bare(JSON.parse(reply))

/** The operations of a client as flows that the caller carries. */
class ClientFlow {
  #handle

  constructor(handle) {
    this.#handle = handle
  }

  finishAuthorization(pending, callback, settings) {
    return new Flow(made, call(finishing, this.#handle, pending, callback, settings), tokens)
  }

  pushAuthorization(settings) {
    return new Flow(made, call(operating, this.#handle, 'push_authorization', settings, AUTHORIZATION), pushed)
  }

  refresh(refreshToken, settings) {
    return new Flow(made, call(refreshing, this.#handle, refreshToken, settings), tokens)
  }

  introspect(token, settings) {
    return new Flow(made, call(introspecting, this.#handle, token, settings), introspection)
  }

  revoke(token, settings) {
    return new Flow(made, call(revoking, this.#handle, token, settings), nothing)
  }

  userinfo(accessToken, settings) {
    return new Flow(made, call(asking, this.#handle, accessToken, settings), claims)
  }

  verifyLogoutToken(token, settings) {
    return new Flow(made, call(loggingOut, this.#handle, token, settings), loggedOut)
  }

  static handle(flow) {
    return flow.#handle
  }
}
const flowHandle = ClientFlow.handle
delete ClientFlow.handle

/** The options of a client without its keys, what the keys are for, and their handles. */
function keysOf(settings) {
  if (!isPlain(settings)) throw failure('config.invalid', `the options must be an object, not ${kind(settings)}`)
  const rest = { ...settings }
  const [names, keys] = [[], []]
  for (const [option, name] of Object.entries(CLIENT_KEYS)) {
    const key = rest[option]
    delete rest[option]
    if (key === undefined) continue
    names.push(name)
    keys.push(handleOf(instance(key, PrivateKey, option)))
  }
  return [rest, names, keys]
}

/** An OAuth client at one provider. Immutable; make it once and use it everywhere. */
class Client {
  #handle
  #clientId
  #secretShown

  constructor(service, settings) {
    const provider = serviceHandle(instance(service, Service, 'service'))
    const [{ decrypter, ...rest }, names, keys] = keysOf(settings)
    this.#handle = call(native.client, provider, options(rest, CLIENT, 'the options'), names, keys)
    if (decrypter !== undefined) {
      const opener = handleOfDecrypter(instance(decrypter, Decrypter, 'decrypter'))
      this.#handle = call(native.clientWithDecrypter, this.#handle, opener)
    }
    this.#clientId = call(native.clientId, this.#handle)
    this.#secretShown = stars(settings.clientSecret)
    /** The same operations, carried by the caller. */
    Object.defineProperty(this, 'flow', { value: new ClientFlow(this.#handle) })
  }

  get clientId() {
    return this.#clientId
  }

  /** The thumbprint of the client's certificate, as bound tokens have it in `cnf` (`x5t#S256`), or `null`. */
  get certificateThumbprint() {
    return call(native.clientCertificateThumbprint, this.#handle)
  }

  /** Begins a login: PKCE, state and nonce always. No network. */
  beginAuthorization(settings) {
    const json = options(settings, AUTHORIZATION, 'the options')
    return new PendingAuthorization(made, call(native.clientBegin, this.#handle, json))
  }

  /** Opens what `pending.seal` returned. `key`: 32 bytes or a Keyring. */
  openPending(sealed, key) {
    const ring = handleOf(Keyring.from(key))
    return new PendingAuthorization(made, call(native.clientOpenPending, this.#handle, text(sealed, 'sealed'), ring))
  }

  /**
   * Checks the callback, exchanges the code and verifies the ID token. `callback`: `req.url`, a full URL,
   * or the parameters as URLSearchParams or object.
   */
  async finishAuthorization(pending, callback, settings) {
    return tokens(value(await run(finishing, this.#handle, pending, callback, settings)))
  }

  /** Begins a login as `beginAuthorization` does, and pushes it to the provider: the browser carries a reference. */
  async pushAuthorization(settings) {
    return pushed(value(await run(operating, this.#handle, 'push_authorization', settings, AUTHORIZATION)))
  }

  /** A DPoP proof for a request of the application's own. */
  dpopProof(method, url, settings) {
    const json = options(settings ?? {}, PROOF, 'the options')
    return call(native.clientDpopProof, this.#handle, text(method, 'method'), text(url, 'url'), json)
  }

  /** The header fields that show an access token to an API. `tokens`: a TokenSet or the access token. */
  authorizationHeaders(tokens, method, url) {
    const token = text(tokens instanceof TokenSet ? tokens.accessToken : tokens, 'tokens')
    return JSON.parse(call(native.clientAuthorizationHeaders, this.#handle, token, text(method, 'method'), text(url, 'url')))
  }

  /** Takes the `DPoP-Nonce` field of a reply to a request of the application's own. */
  rememberDpopNonce(url, nonce) {
    call(native.clientRememberDpopNonce, this.#handle, text(url, 'url'), text(nonce, 'nonce'))
  }

  /** The key that the client's tokens are bound to, or `null`. */
  get dpopKey() {
    const handle = call(native.clientDpopKey, this.#handle)
    return handle === null ? null : new PrivateKey(made, handle)
  }

  async refresh(refreshToken, settings) {
    return tokens(value(await run(refreshing, this.#handle, refreshToken, settings)))
  }

  async introspect(token, settings) {
    return introspection(value(await run(introspecting, this.#handle, token, settings)))
  }

  async revoke(token, settings) {
    return nothing(value(await run(revoking, this.#handle, token, settings)))
  }

  /** The user's claims; with `subject`, refused when they are about somebody else. */
  async userinfo(accessToken, settings) {
    return claims(value(await run(asking, this.#handle, accessToken, settings)))
  }

  /** Begins a logout at the provider: send the browser to `url`, and where it comes back, `finishLogout`. No network. */
  beginLogout(settings) {
    return new LogoutRequest(made, this.#answer('begin_logout', JSON.parse(options(settings, LOGOUT, 'the options'))))
  }

  /** Checks what the browser brought back from the provider's logout: the state that the session kept. No network. */
  finishLogout(callback, state) {
    this.#answer('finish_logout', { callback: brought(callback), state: text(state, 'state') })
  }

  /** Checks a logout that came through the browser; with `sessionId` it must name this provider and this session. No network. */
  frontChannelLogout(request, settings) {
    const given = { request: brought(request), ...JSON.parse(options(settings, SESSION, 'the options')) }
    return new FrontChannelLogout(made, this.#answer('front_channel_logout', given))
  }

  /** Verifies a logout token that the provider posted; one that this process has seen before is refused. */
  async verifyLogoutToken(token, settings) {
    return loggedOut(value(await run(loggingOut, this.#handle, token, settings)))
  }

  #answer(name, given) {
    return call(native.clientAnswer, this.#handle, name, JSON.stringify(given))
  }

  static handle(client) {
    return client.#handle
  }

  static view(client) {
    return { clientId: client.#clientId, clientSecret: client.#secretShown }
  }
}
redacted(Client, Client.view)
delete Client.view
const clientHandle = Client.handle
delete Client.handle

// The grants of `grants.js` are methods like the others.
for (const [method, name, written, yields] of GRANTS) {
  const convert = { [TOKENS]: tokens, [PERHAPS]: (reply) => (reply === null || reply === undefined ? null : tokens(reply)) }[yields] ?? yields
  const define = (type, value) => Object.defineProperty(type.prototype, method, { value, configurable: true, writable: true })
  define(ClientFlow, { [method]: function (...given) {
    return new Flow(made, call(granted, flowHandle(this), name, call(written, given)), convert)
  } }[method])
  define(Client, { [method]: async function (...given) {
    return convert(value(await run(granted, clientHandle(this), name, call(written, given))))
  } }[method])
}

module.exports = { Client, PendingAuthorization }
