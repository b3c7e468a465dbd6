'use strict'

// The client role: log users in, obtain tokens, ask about them.

const native = require('./native.js')
const { instance, isPlain, kind, options, text } = require('./arguments.js')
const { call, failure } = require('./errors.js')
const { listened, publish } = require('./events.js')
const { Flow, run, value } = require('./flow.js')
const { Decrypter, handleOfDecrypter } = require('./encryption.js')
const { GRANTS, PERHAPS, TOKENS } = require('./grants.js')
const { Keyring, PrivateKey, handleOf } = require('./keys.js')
const { made } = require('./made.js')
const {
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
} = require('./operations.js')
const { PendingAuthorization } = require('./pending.js')
const { redacted, stars } = require('./redact.js')
const { FrontChannelLogout, LogoutRequest } = require('./replies.js')
const { Service, serviceHandle } = require('./service.js')
const { TokenSet } = require('./tokens.js')

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
  requestObjectEncryption: 'request_object_encryption',
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
const PROOF = { accessToken: 'access_token', nonce: 'nonce' }
const LOGOUT = {
  idTokenHint: 'id_token_hint',
  postLogoutRedirectUri: 'post_logout_redirect_uri',
  state: 'state',
  uiLocales: 'ui_locales',
  logoutHint: 'logout_hint',
}
const SESSION = { sessionId: 'session_id' }

/** The operations of a client as flows that the caller carries. */
class ClientFlow {
  #handle
  #finish

  constructor(handle, finish) {
    this.#handle = handle
    this.#finish = finish
  }

  finishAuthorization(pending, callback, settings) {
    return new Flow(made, call(finishing, this.#handle, this.#finish, pending, callback, settings), tokens)
  }

  pushAuthorization(settings) {
    return new Flow(made, call(operating, this.#handle, 'push_authorization', settings, AUTHORIZATION), pushed)
  }

  loadKeys() {
    return new Flow(made, call(granted, this.#handle, 'load_keys', ''), nothing)
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
  #finish
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
    this.#finish = call(native.clientFinish, this.#handle)
    this.#clientId = call(native.clientId, this.#handle)
    this.#secretShown = stars(settings.clientSecret)
    /** The same operations, carried by the caller. */
    Object.defineProperty(this, 'flow', { value: new ClientFlow(this.#handle, this.#finish) })
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
    const pending = new PendingAuthorization(made, call(native.clientBegin, this.#handle, json))
    if (listened()) publish(pending.events)
    return pending
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
    return tokens(value(await run(finishing, this.#handle, this.#finish, pending, callback, settings)))
  }

  /** Begins a login as `beginAuthorization` does, and pushes it to the provider: the browser carries a reference. */
  async pushAuthorization(settings) {
    return pushed(value(await run(operating, this.#handle, 'push_authorization', settings, AUTHORIZATION)))
  }

  /**
   * Fetches the provider's keys unless good ones are at hand, in which case nothing is sent. With `requestObjectEncryption` it
   * goes before `beginAuthorization`, which sends nothing itself.
   */
  async loadKeys() {
    return nothing(value(await run(granted, this.#handle, 'load_keys', '')))
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

module.exports = { Client }
