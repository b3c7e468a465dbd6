// The operations about signatures over bytes.

import * as objects from './objects.mjs'

const { ferroauth, text } = objects
const { JwsVerifier, Signer } = ferroauth

const verifier = ({ keys, algorithms }) => new JwsVerifier(objects.verifierKeys(keys).key, { algorithms })

function value(verified) {
  const signatures = verified.signatures.map(({ index, algorithm, header, unprotected, keyId }) => ({ index, algorithm, header, unprotected, key_id: keyId }))
  if (verified.header !== verified.signatures[0].header) throw new Error('another header')
  return { payload: verified.payload.toString('base64url'), signatures }
}

/** Verifies `jws` in the compact form or `json` in one of the others; `payload` if it is detached. */
function verify(given) {
  const check = verifier(given)
  const payload = given.payload && objects.bytes(given.payload)
  return value(given.json === undefined ? check.verify(text(given.jws), payload) : check.verifyJson(text(given.json), payload))
}

/** Signs in the form that the case names, and verifies what came of it. */
function sign(given) {
  const signers = given.signers.map((one) => new Signer(objects.key(one.key), objects.camelCase(one.config)))
  const payload = objects.bytes(given.payload)
  const options = objects.camelCase(given.options)
  const check = verifier(given.verify)
  const outside = given.form === 'detached' || options.detached ? payload : undefined
  if (given.form === 'compact' || given.form === 'detached') {
    const jws = given.form === 'compact' ? signers[0].signBytes(payload) : signers[0].signDetached(payload, options)
    return { jws, verified: value(check.verify(jws, outside)) }
  }
  const jws = given.form === 'flattened' ? signers[0].signJson(payload, options) : Signer.signGeneralJson(signers, payload, options)
  const json = JSON.parse(jws)
  return { json, verified: value(check.verifyJson(json, outside)) }
}

export const OPERATIONS = { jws_verify: verify, jws_sign: sign }
