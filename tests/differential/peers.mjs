// Beside jose and fast-jwt, both ways: peers.mjs INPUTS PEERS OURS, the folders of the projects in which they are installed.
//
// The shape, and what is printed, is that of peers.py.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { isDeepStrictEqual } from 'node:util'
import { pathToFileURL } from 'node:url'

const [, , inputs, peers, installed] = process.argv
const from = (folder) => createRequire(pathToFileURL(`${folder}/index.js`))
const jose = await import(pathToFileURL(from(peers).resolve('jose')).href)
const fastJwt = from(peers)('fast-jwt')
const { FerroauthError, HmacKey, PrivateKey, PublicKey, Signer, Verifier } = from(installed)('ferroauth')

const given = JSON.parse(readFileSync(inputs, 'utf8'))
const COMMON = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']

// Keys and the peers' own objects are made once, as a host keeps them.
const kept = new Map()
const keep = (name, make) => {
  if (!kept.has(name)) kept.set(name, make())
  return kept.get(name)
}
const secret = (algorithm) => Buffer.from(given.keys[algorithm].secret, 'base64url')
const isSecret = (algorithm) => 'secret' in given.keys[algorithm]
const privateKey = (algorithm) => keep(`${algorithm} private`, () => (isSecret(algorithm) ? secret(algorithm) : createPrivateKey(given.keys[algorithm].private)))
const publicKey = (algorithm) => keep(`${algorithm} public`, () => (isSecret(algorithm) ? secret(algorithm) : createPublicKey(given.keys[algorithm].public)))

const PEERS = {
  jose: {
    algorithms: COMMON,
    theirsOnly: ['Ed25519'],
    sign: (algorithm, claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(privateKey(algorithm)),
    verify: async (algorithm, token) =>
      (await jose.jwtVerify(token, publicKey(algorithm), { algorithms: [algorithm], issuer: given.issuer, audience: given.audience, requiredClaims: ['exp'] })).payload
  },
  'fast-jwt': {
    algorithms: COMMON,
    theirsOnly: [],
    sign: (algorithm, claims) =>
      keep(`${algorithm} fast signer`, () =>
        fastJwt.createSigner({ key: isSecret(algorithm) ? secret(algorithm) : given.keys[algorithm].private, algorithm }))(claims),
    verify: (algorithm, token) =>
      keep(`${algorithm} fast verifier`, () =>
        fastJwt.createVerifier({
          key: isSecret(algorithm) ? secret(algorithm) : given.keys[algorithm].public,
          algorithms: [algorithm], allowedIss: given.issuer, allowedAud: given.audience, requiredClaims: ['exp', 'iss', 'aud']
        }))(token)
  }
}

const ours = {
  sign: (algorithm, claims) =>
    keep(`${algorithm} our signer`, () => {
      const key = isSecret(algorithm) ? new HmacKey(secret(algorithm)) : PrivateKey.fromPem(given.keys[algorithm].private)
      return new Signer(key, { algorithm })
    }).sign(claims),
  verify: (algorithm, token) =>
    keep(`${algorithm} our verifier`, () => {
      const key = isSecret(algorithm) ? new HmacKey(secret(algorithm)) : PublicKey.fromPem(given.keys[algorithm].public)
      return new Verifier({ key, algorithms: [algorithm], issuer: given.issuer, audience: given.audience })
    }).verifySync(token)
}

const say = (name, count, wrong) => console.log(wrong.length ? `not ok ${name} ${wrong.length} of ${count}: ${wrong[0]}` : `ok ${name} ${count}`)
// Without prototypes, which ours has none of and theirs have.
const plain = (value) => JSON.parse(JSON.stringify(value))
const same = (found, wanted) => isDeepStrictEqual(plain(found), plain(wanted))

async function exchange(name, signer, verifier, algorithm) {
  const wrong = []
  for (const claims of given.claims) {
    try {
      const found = await verifier.verify(algorithm, await signer.sign(algorithm, claims))
      if (!same(found, claims)) wrong.push(`other claims: ${JSON.stringify(found).slice(0, 200)}`)
    } catch (error) {
      wrong.push(`${error.name}: ${error.message}`)
    }
  }
  say(name, given.claims.length, wrong)
}

async function hostile(name, peer) {
  const documented = given.differences[name] ?? {}
  const [wrong, met] = [[], new Set()]
  let accepted = 0
  for (const { name: id, algorithm, token } of given.hostile) {
    let claims
    try {
      claims = ours.verify(algorithm, token)
    } catch (error) {
      if (!(error instanceof FerroauthError)) throw error
      continue
    }
    accepted += 1
    const short = id.slice(id.indexOf('-') + 1)
    let verdict = 'other claims'
    try {
      if (same(await peer.verify(algorithm, token), claims)) continue
    } catch (error) {
      verdict = `${error.name}: ${error.message}`
    }
    if (short in documented) met.add(short)
    else wrong.push(`${id}: accepted here, there ${verdict}`)
  }
  for (const short of Object.keys(documented)) if (!met.has(short)) wrong.push(`${short} is documented as a difference and is none`)
  say(`${name}-hostile-${accepted}-accepted`, given.hostile.length, wrong)
}

for (const [name, peer] of Object.entries(PEERS)) {
  for (const algorithm of [...peer.algorithms, ...peer.theirsOnly]) await exchange(`${name}-${algorithm}-theirs`, peer, ours, algorithm)
  for (const algorithm of peer.algorithms) await exchange(`${name}-${algorithm}-ours`, ours, peer, algorithm)
  await hostile(name, peer)
}
