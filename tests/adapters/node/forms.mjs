// The operations about the forms in which keys go out.

import * as objects from './objects.mjs'

const { ferroauth } = objects
const { KeySet, PrivateKey } = ferroauth

const raw = (bytes) => ({ base64url: bytes.toString('base64url') })

/** The public half of a key, or the key that is one. */
const half = (key) => (key instanceof PrivateKey ? key.publicKey() : key)

const FORMS = {
  public_der: (key) => raw(half(key).toDer()),
  private_der: (key) => raw(key.toDer()),
  public_raw: (key) => raw(half(key).toRaw()),
  private_raw: (key) => raw(key.toRaw()),
  public_pem: (key) => ({ text: half(key).toPem() }),
  private_pem: (key) => ({ text: key.toPem() }),
  /** What is written under a passphrase is read again. */
  locked_pem(key, given) {
    const passphrase = objects.text(given.passphrase)
    const pem = key.toPem({ passphrase })
    return { label: pem.split('-----')[1].replace('BEGIN ', ''), private_jwk: PrivateKey.fromPem(pem, { passphrase }).toJwk() }
  },
}

/** Writes a key in the form that the case names. */
const keyExport = (given) => FORMS[given.form](objects.key(given.key), given)

/** A set of keys, and what of them may be published. */
function setOf(given) {
  const made = KeySet.fromKeys(given.keys.map(objects.key))
  const published = made.toJSON()
  return { keys: made.size, published, members: published.keys.map((one) => Object.keys(one).sort()) }
}

export const OPERATIONS = { key_export: keyExport, key_set_of: setOf }
