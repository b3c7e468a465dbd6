// What the configurations of the provider share: its keys and its users.
import { keyPair } from './keypair.mjs'

const jwk = (type, options, kid, alg) =>
  ({ ...keyPair(type, options).privateKey.export({ format: 'jwk' }), kid, use: 'sig', ...(alg ? { alg } : {}) })

/** Fresh signing keys: RSA without an algorithm of its own, P-256 and Ed25519. */
export function signingKeys () {
  return [jwk('rsa', { modulusLength: 2048 }, 'rsa-1'), jwk('ec', { namedCurve: 'P-256' }, 'ec-1', 'ES256'), jwk('ed25519', {}, 'okp-1')]
}

/** What requests may be encrypted for: each key names the one algorithm that it is for. */
export function encryptionKeys () {
  const key = (type, options, kid, alg) => ({ ...jwk(type, options, kid, alg), use: 'enc' })
  return [key('rsa', { modulusLength: 2048 }, 'enc-rsa', 'RSA-OAEP-256'), key('ec', { namedCurve: 'P-256' }, 'enc-ec', 'ECDH-ES')]
}

/** Everybody who logs in exists, and has an address. */
export function findAccount (_ctx, id) {
  return {
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.test`, email_verified: true, name: `The person ${id}` })
  }
}
