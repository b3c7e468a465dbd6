'use strict'

// What kind of redirect URI a text is, for settings pages and checks before a client is built.

const native = require('./native.js')
const { text } = require('./arguments.js')
const { call } = require('./errors.js')
const { made, onlyHere } = require('./made.js')

/** A redirect URI, looked at but not resolved. */
class RedirectUri {
  constructor(mark, url, answer) {
    onlyHere(mark, 'use RedirectUri.classify')
    const { kind, accepted, scheme, host, port, reasons, civi_warning: civiWarning } = JSON.parse(answer)
    Object.assign(this, { url, kind, accepted, scheme, host, port, reasons: Object.freeze(reasons), civiWarning })
    Object.freeze(this)
  }

  /** Tells where a redirect URI points and why it is refused or needs a second look. */
  static classify(url) {
    const options = JSON.stringify({ url: text(url, 'url') })
    return new RedirectUri(made, url, call(native.pure, 'redirect_uri.classify', options))
  }
}

module.exports = { RedirectUri }
