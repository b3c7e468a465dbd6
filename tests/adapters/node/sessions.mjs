// Operations about sessions, registrations and protected resources, for the shared scenarios.

import * as objects from './objects.mjs'

const { camel, camelCase, ferroauth, resolved, text } = objects
const { ProtectedResource, Registration, Service } = ferroauth
const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function beginLogout(world, given) {
  const request = world.client.beginLogout(camelCase(given))
  return { url: objects.urlValue(request.url), state: request.state }
}

function finishLogout(world, given) {
  world.client.finishLogout(objects.callback(given.callback), given.state)
  return {}
}

function frontChannelLogout(world, given) {
  const found = world.client.frontChannelLogout(objects.callback(given.request), { sessionId: given.session_id })
  return { issuer: found.issuer, session_id: found.sessionId }
}

function restoreRegistration(world) {
  world.registration = Registration.fromJson(world.registration.toText())
  return parts(world.registration)
}

const parts = (registration) => ({
  client_id: registration.clientId,
  client_secret: registration.clientSecret,
  client_secret_expires_at: registration.clientSecretExpiresAt,
  manageable: registration.manageable,
  metadata: registration.metadata,
  client_options: Object.fromEntries(Object.entries(registration.clientOptions).map(([name, value]) => [snake(name), value])),
})

const registering = (name) => (world, given) => {
  const { metadata, ...settings } = resolved(given)
  const service = Service.fromJson(text(world.given.service))
  const first = name === 'register' ? [] : [world.registration]
  if (metadata !== undefined) first.push(metadata)
  if (name === 'register') first.push(camelCase(settings))
  const kept = (registration) => {
    world.registration = registration
    return registration === undefined ? {} : parts(registration)
  }
  return [Service.flow[camel(name)](service, ...first), kept]
}

function discoverResource(world, { resource, ...settings }) {
  const flow = ProtectedResource.flow.discover(text(resource), { ...camelCase(settings), testing: { now: world.given.now } })
  return [
    flow,
    (found) => ({ resource: found.resource, authorization_servers: found.authorizationServers, scopes: found.scopes }),
  ]
}

export const LOCAL = {
  begin_logout: beginLogout,
  finish_logout: finishLogout,
  front_channel_logout: frontChannelLogout,
  restore_registration: restoreRegistration,
}
export const FLOWS = {
  ...Object.fromEntries(
    ['register', 'read_registration', 'update_registration', 'delete_registration'].map((name) => [name, registering(name)]),
  ),
  discover_resource: discoverResource,
}
