// Signatures over bytes beside jose, both ways and in every serialization: signed.mjs INPUTS PEERS OURS. What is printed is as in peers.py.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [, , inputs, peers, installed] = process.argv
const from = (folder) => createRequire(pathToFileURL(`${folder}/index.js`))
const jose = await import(pathToFileURL(from(peers).resolve('jose')).href)
const { HmacKey, JwsVerifier, KeySet, PrivateKey, PublicKey, Signer } = from(installed)('ferroauth')
const given = JSON.parse(readFileSync(inputs, 'utf8'))
const ALGORITHMS = ['HS256', 'HS512', 'RS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA']
const RAW = { b64: false, crit: ['b64'] }

function sides(algorithm) {
  const key = given.keys[algorithm]
  const secret = 'secret' in key ? Buffer.from(key.secret, 'base64url') : null
  return {
    lock: secret ?? createPrivateKey(key.private),
    open: secret ?? createPublicKey(key.public),
    signer: new Signer(secret ? new HmacKey(secret) : PrivateKey.fromPem(key.private), { algorithm }),
    verifier: new JwsVerifier(secret ? new HmacKey(secret) : PublicKey.fromPem(key.public), { algorithms: [algorithm] })
  }
}

const say = (name, count, wrong) => console.log(wrong.length ? `not ok ${name} ${wrong.length} of ${count}: ${wrong[0]}` : `ok ${name} ${count}`)
const critical = { crit: { b64: true } }

/** Each way to sign: what makes it, and what reads it on the other side. */
const THEIRS = {
  compact: async (s, alg, payload) => s.verifier.verify(await new jose.CompactSign(payload).setProtectedHeader({ alg }).sign(s.lock)),
  flattened: async (s, alg, payload) =>
    s.verifier.verifyJson(await new jose.FlattenedSign(payload).setProtectedHeader({ alg }).setUnprotectedHeader({ note: 'x' }).sign(s.lock)),
  general: async (s, alg, payload) => s.verifier.verifyJson(await new jose.GeneralSign(payload).addSignature(s.lock).setProtectedHeader({ alg }).sign()),
  detached: async (s, alg, payload) => {
    const { protected: header, signature } = await new jose.FlattenedSign(payload).setProtectedHeader({ alg }).sign(s.lock)
    return s.verifier.verify(`${header}..${signature}`, payload)
  },
  unencoded: async (s, alg, payload) => {
    const { protected: header, signature } = await new jose.FlattenedSign(payload).setProtectedHeader({ alg, ...RAW }).sign(s.lock)
    return s.verifier.verify(`${header}..${signature}`, payload)
  }
}
const OURS = {
  compact: (s, payload) => jose.compactVerify(s.signer.signBytes(payload), s.open),
  flattened: (s, payload) => jose.flattenedVerify(JSON.parse(s.signer.signJson(payload, { header: { note: 'x' } })), s.open),
  general: (s, payload) => jose.generalVerify(JSON.parse(Signer.signGeneralJson([s.signer], payload)), s.open),
  detached: (s, payload) => {
    const [header, , signature] = s.signer.signDetached(payload).split('.')
    return jose.flattenedVerify({ protected: header, payload: payload.toString('base64url'), signature }, s.open)
  },
  unencoded: (s, payload) => {
    const [header, , signature] = s.signer.signDetached(payload, { encodePayload: false }).split('.')
    return jose.flattenedVerify({ protected: header, payload, signature }, s.open, critical)
  }
}

async function each(name, payloads, verify) {
  const wrong = []
  for (const payload of payloads) {
    try {
      const { payload: found } = await verify(payload)
      if (!payload.equals(Buffer.from(found))) wrong.push('another payload')
    } catch (error) {
      wrong.push(`${error.name}: ${error.message}`)
    }
  }
  say(name, payloads.length, wrong)
}

/** Two signers of one payload: a verifier with both keys sees both, jose finds the one that it is asked for. */
async function several(payloads) {
  const names = ['ES256', 'EdDSA']
  const [one, two] = names.map(sides)
  const members = names.map((name) => ({ ...createPublicKey(given.keys[name].public).export({ format: 'jwk' }), kid: name }))
  const verifier = new JwsVerifier(KeySet.fromJson(JSON.stringify({ keys: members })), { algorithms: names })
  await each('jose-two-signers-theirs', payloads, async (payload) => {
    const sign = new jose.GeneralSign(payload)
    sign.addSignature(one.lock).setProtectedHeader({ alg: 'ES256', kid: 'ES256' })
    sign.addSignature(two.lock).setProtectedHeader({ alg: 'EdDSA', kid: 'EdDSA' })
    const verified = verifier.verifyJson(await sign.sign())
    if (verified.signatures.length !== 2) throw new Error(`${verified.signatures.length} signatures`)
    return verified
  })
  await each('jose-two-signers-ours', payloads, async (payload) => {
    const json = JSON.parse(Signer.signGeneralJson([one.signer, two.signer], payload))
    await jose.generalVerify(json, one.open, { algorithms: ['ES256'] })
    return jose.generalVerify(json, two.open, { algorithms: ['EdDSA'] })
  })
}

// jose has no unencoded payload that is not UTF-8 in JSON, so only detached ones are.
const payloads = given.plaintexts.map((text) => Buffer.from(text, 'base64url')).filter((payload) => payload.length > 0)
for (const algorithm of ALGORITHMS) {
  const side = sides(algorithm)
  for (const [form, verify] of Object.entries(THEIRS)) await each(`jose-${algorithm}-${form}-theirs`, payloads, (payload) => verify(side, algorithm, payload))
  for (const [form, verify] of Object.entries(OURS)) await each(`jose-${algorithm}-${form}-ours`, payloads, (payload) => verify(side, payload))
}
await several(payloads)
