'use strict'

// Constructors that only this package calls: elsewhere the static methods are the way in.

const { failure } = require('./errors.js')

/** The first argument of such a constructor. */
const made = Symbol('made by this package')

/** Refuses a call from outside. */
function onlyHere(mark, hint) {
  if (mark !== made) throw failure('internal.argument', `not to be constructed: ${hint}`)
}

module.exports = { made, onlyHere }
