'use strict'

// What happened on the way of an operation, for whoever listens: a channel of `node:diagnostics_channel` for each name.
// Nothing is read from the extension while no channel has a subscriber.

const { channel } = require('node:diagnostics_channel')

const NAMES = [
  'authorization_begun',
  'callback_refused',
  'token_received',
  'token_refreshed',
  'refresh_failed',
  'grant_failed',
  'key_set_fetched',
  'key_set_failed',
  'quirk_used',
]
// Held here, so that a channel without subscribers is not collected and made anew.
const CHANNELS = new Map(NAMES.map((name) => [name, channel(`ferroauth:${name}`)]))
const ALL = [...CHANNELS.values()]

/** Whether anybody would be told. */
function listened() {
  for (let index = 0; index < ALL.length; index += 1) if (ALL[index].hasSubscribers) return true
  return false
}

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())

/** One event as an object that nobody can change. */
function event(members) {
  const object = { __proto__: null }
  for (const [name, value] of Object.entries(members)) object[camel(name)] = value
  if (object.scopes !== undefined) Object.freeze(object.scopes)
  return Object.freeze(object)
}

/** The events of a JSON list. */
const events = (json) => JSON.parse(json).map(event)

/** Tells the subscribers of each event's channel. What one of them throws is thrown outside, by Node itself. */
function publish(list) {
  for (const one of list) CHANNELS.get(one.name).publish(one)
}

module.exports = { events, listened, publish }
