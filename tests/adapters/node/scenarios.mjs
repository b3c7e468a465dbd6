// Plays the shared scenarios: the flow's steps are answered from the script, without a socket.

import { isDeepStrictEqual } from 'node:util'

import * as objects from './objects.mjs'
import * as sessions from './sessions.mjs'

const { ferroauth, text } = objects
const { ResourceServer, Service } = ferroauth

/** The exchanges are not those of the script. */
class Departure extends Error {}

/** What the calls of one scenario share. */
class World {
  pending = null
  sealed = null
  /** What the last call's events are read from: a flow, or what was begun. */
  told = null
  ownClient = null
  ownVerifier = null

  constructor(given) {
    this.given = given
  }

  get client() {
    this.ownClient ??= objects.client(this.given.service, this.given.client, this.given)
    return this.ownClient
  }

  get verifier() {
    this.ownVerifier ??= this.newVerifier(this.given)
    return this.ownVerifier
  }

  newVerifier(given) {
    const { config, keys } = this.given.verifier
    return objects.verifier(config, keys, given)
  }
}

function authenticate(world, { authorization, scopes, realm }) {
  const fields = authorization.map(text)
  const guard = new ResourceServer(world.verifier, { realm })
  const flow = guard.flow.authenticate(fields.map((field) => ['authorization', field]), { scopes })
  return [flow, (answer) => objects.decisionValue(answer, fields)]
}

const context = ({ origin, session, response_mode: responseMode }) => ({ origin, session, responseMode })

function begun(world, pending) {
  world.pending = pending
  return objects.pendingValue(pending)
}

// What talks to the provider: a flow, and how its result is compared.
const FLOWS = {
  authenticate,
  discover: (world, given) => [Service.flow.discover(given.issuer), objects.serviceValue],
  verify: (world, given) => [world.verifier.flow.verify(text(given.token)), objects.claimsValue],
  finish_authorization: (world, given) => [
    world.client.flow.finishAuthorization(world.pending, objects.callback(given.callback), context(given)),
    objects.tokensValue,
  ],
  push_authorization: (world, given) => [world.client.flow.pushAuthorization(objects.camelCase(given)), (pending) => begun(world, pending)],
  refresh: (world, given) => [world.client.flow.refresh(text(given.token), { scopes: given.scopes, resource: given.resource, idToken: given.id_token, subject: given.subject }), objects.tokensValue],
  introspect: (world, given) => [
    world.client.flow.introspect(text(given.token), { tokenTypeHint: given.token_type_hint }),
    (introspection) => introspection.claims,
  ],
  revoke: (world, given) => [world.client.flow.revoke(text(given.token), { tokenTypeHint: given.token_type_hint }), () => ({})],
  userinfo: (world, given) => [world.client.flow.userinfo(text(given.token), { subject: given.subject }), (claims) => claims],
  ...sessions.FLOWS,
}

/** Any other name is a method of the client: `positional` says which members of `given` come before the options. */
function operated(world, { operation, given, positional = [], expect }) {
  const name = objects.camel(operation)
  if (typeof world.client.flow[name] !== 'function') throw new Departure(`an unknown operation ${operation}`)
  const settings = objects.resolved(given)
  for (const [member, type] of Object.entries(objects.STORED)) {
    if (settings[member] !== undefined) settings[member] = type.restore(JSON.stringify(settings[member]))
  }
  const first = positional.map((member) => settings[member])
  for (const member of positional) delete settings[member]
  return [world.client.flow[name](...first, objects.camelCase(settings)), (result) => objects.resultValue(result, expect)]
}

function beginAuthorization(world, given) {
  world.told = world.client.beginAuthorization(objects.camelCase(given.options))
  return begun(world, world.told)
}

const dpopProof = (world, { method, url, access_token: accessToken, nonce }) => ({
  proof: world.client.dpopProof(method, url, { accessToken, nonce }),
})

function rememberDpopNonce(world, { url, nonce }) {
  world.client.rememberDpopNonce(url, nonce)
  return {}
}

function seal(world, given) {
  world.sealed = world.pending.seal(objects.keyring([given.key]))
  return {}
}

function open(world, given) {
  if (['now', 'client', 'service'].some((name) => name in given)) {
    const merged = { ...world.given, ...given }
    world.ownClient = objects.client(merged.service, merged.client, merged)
  }
  world.pending = world.client.openPending(world.sealed, objects.keyring([given.key]))
  return { state: world.pending.state }
}

function clock(world, given) {
  world.verifier.setTestingClock(given.now)
  return {}
}

const verifyNow = (world, given) => objects.claimsValue(world.verifier.verifySync(text(given.token)))

function importKeys(world, given) {
  world.verifier.importKeys(text(given.text))
  return {}
}

function exportImport(world, given) {
  const exported = world.verifier.exportKeys()
  world.ownVerifier = world.newVerifier(given)
  world.verifier.importKeys(exported)
  return {}
}

const LOCAL = {
  dpop_proof: dpopProof,
  remember_dpop_nonce: rememberDpopNonce,
  authorization_headers: (world, { token, method, url }) => world.client.authorizationHeaders(token, method, url),
  begin_authorization: beginAuthorization,
  seal,
  open,
  clock,
  verify_now: verifyNow,
  import_keys: importKeys,
  export_import: exportImport,
  ...sessions.LOCAL,
}

/** Does a call; `script` loses the exchanges that took place. */
function perform(world, call, script) {
  const { operation, given } = call
  if (Object.hasOwn(LOCAL, operation)) return LOCAL[operation](world, given)
  const [flow, convert] = Object.hasOwn(FLOWS, operation) ? FLOWS[operation](world, given) : operated(world, call)
  world.told = flow
  let step = flow.advance()
  while (!step.done) {
    const exchange = script.shift()
    if (exchange === undefined) throw new Departure(`a further request ${step.http?.url}`)
    if (step.http === null) {
      if (![true, step.sleep / 1000].includes(exchange.sleep)) throw new Departure(`a sleep of ${step.sleep} ms`)
      step = flow.advance()
      continue
    }
    check(step.http, exchange.request)
    step = flow.advance(answer(exchange.reply))
  }
  return convert(step.result)
}

const sorted = (pairs) => JSON.stringify([...pairs].sort(([a, b], [c, d]) => (a + b < c + d ? -1 : 1)))

/** Compares a request with the script. */
function check(request, wanted) {
  if (request.method !== wanted.method || request.url !== wanted.url) {
    throw new Departure(`${request.method} ${request.url} expected ${wanted.url}`)
  }
  const sent = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]))
  for (const [name, value] of Object.entries(wanted.headers)) {
    if ((sent.get(name) ?? null) !== value) throw new Departure(`the header ${name}: ${sent.get(name)}`)
  }
  if (wanted.json !== undefined) {
    const body = JSON.parse(request.body === null ? 'null' : request.body.toString())
    if (!isDeepStrictEqual(body, wanted.json)) throw new Departure(`the body ${request.body} expected ${JSON.stringify(wanted.json)}`)
    return
  }
  const form = sorted(new URLSearchParams(request.body === null ? '' : request.body.toString()))
  // A list is a parameter that is sent more than once.
  const pairs = Object.entries(wanted.form ?? {}).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
  const expected = sorted(pairs)
  if (form !== expected) throw new Departure(`the form ${form} expected ${expected}`)
}

function answer(reply) {
  if ('failure' in reply) return { failure: reply.failure }
  return { status: reply.status, headers: reply.headers, body: objects.bytes(reply.body) }
}

/** Plays a scenario; returns what departs from it, or null. */
export function play({ given, calls }, difference) {
  const world = new World(given)
  for (const [number, call] of calls.entries()) {
    const script = [...(call.exchanges ?? [])]
    let wrong
    world.told = null
    try {
      wrong = difference(call.expect, () => perform(world, call, script))
    } catch (error) {
      if (!(error instanceof Departure)) throw error
      wrong = error.message
    }
    if (wrong === null && script.length > 0) wrong = `no request to ${script[0].request.url}`
    if (wrong === null && call.events !== undefined) {
      wrong = difference({ ok: call.events }, () => (world.told?.events ?? []).map(objects.snakeCase))
    }
    if (wrong !== null) return `${wrong} (call ${number})`
  }
  return null
}
