// The operations about redirect URIs and mail.

import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { ferroauth, text } from './objects.mjs'

const { RedirectUri, sasl } = ferroauth

function classifyRedirectUri(given) {
  const { civiWarning, reasons, ...made } = RedirectUri.classify(text(given.url))
  assert(reasons.every((reason) => reason.text.length > 10))
  assert.notEqual(made.accepted, reasons.some((reason) => reason.refuses))
  return { ...made, civi_warning: civiWarning, codes: reasons.map((reason) => reason.code) }
}

function respond({ mechanism, user, access_token: token, host, port }) {
  const made = mechanism === 'XOAUTH2' ? sasl.xoauth2(user, text(token)) : sasl.oauthbearer(user ?? null, text(token), { host, port })
  assert(!inspect(made).includes(made.text) && !JSON.stringify(made).includes(made.encoded))
  return { mechanism: made.mechanism, text: made.text, encoded: made.encoded, error_answer: made.errorAnswer }
}

function readChallenge(given) {
  const { openidConfiguration, error, ...made } = sasl.challenge(text(given.challenge))
  return { ...made, openid_configuration: openidConfiguration, error: error.code }
}

export const OPERATIONS = { classify_redirect_uri: classifyRedirectUri, sasl: respond, sasl_challenge: readChallenge }
