'use strict'

// How objects that hold secrets show themselves: console.log, util.inspect and JSON.stringify print `***`.

const inspect = Symbol.for('nodejs.util.inspect.custom')
const STARS = '***'

/** Gives a class the redacted form that `view(instance)` returns, for inspection and for JSON. */
function redacted(type, view) {
  const define = (name, value) =>
    Object.defineProperty(type.prototype, name, { value, configurable: true, writable: true })
  define(inspect, function (depth, options, print) {
    return print ? `${type.name} ${print(view(this), options)}` : type.name
  })
  define('toJSON', function () {
    return view(this)
  })
}

/** `***` for a value that is there, `null` for one that is not. */
const stars = (value) => (value === null || value === undefined ? null : STARS)

module.exports = { STARS, redacted, stars }
