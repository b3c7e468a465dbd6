// Encrypted tokens beside jose, both ways: encrypted.mjs INPUTS PEERS OURS. The shape, and what is printed, is that of peers.py.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [, , inputs, peers, installed] = process.argv
const from = (folder) => createRequire(pathToFileURL(`${folder}/index.js`))
const jose = await import(pathToFileURL(from(peers).resolve('jose')).href)
const { Decrypter, Encrypter, EncryptionKey, FerroauthError } = from(installed)('ferroauth')
const given = JSON.parse(readFileSync(inputs, 'utf8'))
const AAD = Buffer.from('in plain sight')

/** The key on both sides, and each side's way to encrypt and decrypt. */
function sides({ alg, enc, jwk }) {
  const password = alg.startsWith('PBES2')
  const secret = jwk.kty === 'oct' ? Buffer.from(jwk.k, 'base64url') : null
  const theirs = { open: secret ?? createPrivateKey({ key: jwk, format: 'jwk' }), lock: secret ?? createPublicKey({ key: jwk, format: 'jwk' }) }
  const ours = password ? EncryptionKey.fromSecret(secret, { algorithm: alg }) : EncryptionKey.fromJwk(jwk, { algorithm: alg })
  const encrypter = new Encrypter(secret ? ours : ours.publicKey(), { encryption: enc, ...(password && { pbes2Iterations: 1000 }) })
  const decrypter = new Decrypter(ours, { encryptions: [enc], ...(password && { pbes2MaxIterations: 10_000 }) })
  const options = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc], ...(password && { maxPBES2Count: 10_000 }) }
  return {
    peer: {
      encrypt: (plaintext) => new jose.CompactEncrypt(plaintext).setProtectedHeader({ alg, enc }).encrypt(theirs.lock),
      encryptJson: async (plaintext) =>
        JSON.stringify(await new jose.FlattenedEncrypt(plaintext).setProtectedHeader({ alg, enc }).setAdditionalAuthenticatedData(AAD).encrypt(theirs.lock)),
      decrypt: async (token) => (await jose.compactDecrypt(token, theirs.open, options)).plaintext,
      decryptJson: async (token) => (await jose.flattenedDecrypt(JSON.parse(token), theirs.open, options)).plaintext
    },
    ours: {
      encrypt: (plaintext) => encrypter.encrypt(plaintext),
      encryptJson: (plaintext) => encrypter.encryptJson(plaintext, { aad: AAD }),
      decrypt: (token) => decrypter.decrypt(token).plaintext,
      decryptJson: (token) => decrypter.decryptJson(token).plaintext
    }
  }
}

const say = (name, count, wrong) => console.log(wrong.length ? `not ok ${name} ${wrong.length} of ${count}: ${wrong[0]}` : `ok ${name} ${count}`)

async function exchange(name, maker, reader) {
  const wrong = []
  const plaintexts = given.plaintexts.map((text) => Buffer.from(text, 'base64url'))
  for (const plaintext of plaintexts) {
    for (const [make, read] of [['encrypt', 'decrypt'], ['encryptJson', 'decryptJson']]) {
      try {
        if (!plaintext.equals(await reader[read](await maker[make](plaintext)))) wrong.push('another plaintext')
      } catch (error) {
        wrong.push(`${make}: ${error.name}: ${error.message}`)
      }
    }
  }
  say(name, 2 * plaintexts.length, wrong)
}

async function hostile() {
  const documented = given.differences['jose-encrypted'] ?? {}
  const wrong = []
  let accepted = 0
  for (const item of given.hostile_encrypted) {
    const { peer, ours } = sides(item)
    let plaintext
    try {
      plaintext = ours.decrypt(item.token)
    } catch (error) {
      if (!(error instanceof FerroauthError)) throw error
      continue
    }
    accepted += 1
    let verdict = 'another plaintext'
    try {
      if (plaintext.equals(await peer.decrypt(item.token))) continue
    } catch (error) {
      verdict = `${error.name}: ${error.message}`
    }
    if (!(item.name in documented)) wrong.push(`${item.name}: accepted here, there ${verdict}`)
  }
  say(`jose-encrypted-hostile-${accepted}-accepted`, given.hostile_encrypted.length, wrong)
}

for (const item of given.encrypted) {
  const { peer, ours } = sides(item)
  await exchange(`jose-${item.name}-theirs`, peer, ours)
  await exchange(`jose-${item.name}-ours`, ours, peer)
}
await hostile()
