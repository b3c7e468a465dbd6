// Prints the keys of the cross-host matrix: {"keys": {alg: {kid, private_pem | secret}}, "jwks": {"keys": [public]}}.
import { randomBytes } from 'node:crypto'
import { keyPair } from '../provider/keypair.mjs'

const KINDS = { RS256: ['rsa', { modulusLength: 2048 }], ES256: ['ec', { namedCurve: 'P-256' }], EdDSA: ['ed25519', {}] }

const keys = { HS256: { kid: 'matrix-hs', secret: randomBytes(32).toString('base64url') } }
const jwks = []
for (const [alg, [type, options]] of Object.entries(KINDS)) {
  const { privateKey, publicKey } = keyPair(type, options)
  const kid = `matrix-${alg.toLowerCase()}`
  keys[alg] = { kid, private_pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) }
  jwks.push({ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' })
}
process.stdout.write(JSON.stringify({ keys, jwks: { keys: jwks } }) + '\n')
