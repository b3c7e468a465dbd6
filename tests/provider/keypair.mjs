// A fresh key pair of node:crypto, by way of PEM. Node 20 can hang where a key is exported as JWK that it has just made: the export
// holds the key's lock while the garbage collector, on the same thread, ends the job that made the key and wants that lock too.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'

export function keyPair (type, options = {}) {
  const made = generateKeyPairSync(type, {
    ...options,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
  return { privateKey: createPrivateKey(made.privateKey), publicKey: createPublicKey(made.publicKey) }
}
