// The operations that are about encrypted tokens.

import assert from 'node:assert/strict'
import * as objects from './objects.mjs'

const { bytes, camelCase, decode, decrypter, encryptionKey, encryptionKeys, ferroauth, text } = objects
const { Decrypter, Encrypter, EncryptionKey, FerroauthError } = ferroauth

const encode = (octets) => (octets === null ? null : octets.toString('base64url'))

const value = ({ plaintext, header, unprotected, aad }) => ({ plaintext: encode(plaintext), header, unprotected, aad: encode(aad) })

function decrypt(given) {
  const reader = decrypter(given)
  return value(given.json === undefined ? reader.decrypt(text(given.token)) : reader.decryptJson(text(given.json)))
}

/** The options of an encrypter; its parties are bytes. */
function options(config) {
  const { apu, apv, ...rest } = camelCase(config)
  return { ...rest, apu: apu && decode(apu), apv: apv && decode(apv) }
}

function encrypt(given) {
  const encrypter = new Encrypter(encryptionKeys(given.keys), options(given.config))
  const plaintext = bytes(given.plaintext)
  const contentType = given.content_type
  if (given.form !== 'json') return { token: encrypter.encrypt(plaintext, { contentType }) }
  const aad = given.aad === undefined ? undefined : bytes(given.aad)
  return { json: JSON.parse(encrypter.encryptJson(plaintext, { contentType, aad })) }
}

/** Encrypts for the public half, if there is one, and decrypts with the key. */
function encryptDecrypt(given) {
  const key = encryptionKey(given.key)
  const token = new Encrypter(publicHalf(key) ?? key, options(given.sender)).encrypt(bytes(given.plaintext))
  return value(new Decrypter(key, camelCase(given.reader)).decrypt(token))
}

function publicHalf(key) {
  try {
    return key.publicKey()
  } catch (error) {
    if (error instanceof FerroauthError) return null
    throw error
  }
}

function describe(given) {
  const key = encryptionKey(given.key)
  const half = publicHalf(key)
  if (half) assert.equal(half.thumbprint(), key.thumbprint())
  return { kid: key.kid, algorithm: key.algorithm, private: key.isPrivate, jwk: key.toJwk(), public_jwk: half && half.toJwk() }
}

/** Writes a key under a passphrase, and reads it again. */
function locked(given) {
  const key = encryptionKey(given.key)
  const passphrase = bytes(given.passphrase)
  const pem = key.toPem({ passphrase })
  const again = EncryptionKey.fromPem(pem, { algorithm: key.algorithm, passphrase })
  return { label: pem.split('-----')[1].replace('BEGIN ', ''), jwk: again.toJwk() }
}

export const OPERATIONS = {
  decrypt,
  encrypt,
  encrypt_decrypt: encryptDecrypt,
  encryption_key: describe,
  encryption_key_locked: locked,
}
