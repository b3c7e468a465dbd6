// What the package offers, and that both module systems see the same.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import * as esm from 'ferroauth'

const require = createRequire(import.meta.url)
const cjs = require('ferroauth')
const manifest = require('ferroauth/package.json')

const NAMES = [
  'BackchannelAuthentication', 'CallbackError', 'Challenge', 'Claims', 'Client', 'ConfigurationError', 'Decrypted', 'Decrypter', 'Denial', 'DeviceAuthorization', 'DpopProof', 'DpopVerifier',
  'Encrypter', 'EncryptionKey', 'ExpiredTokenError', 'FerroauthError', 'Flow', 'FrontChannelLogout', 'HmacKey',
  'HttpStep', 'IdToken', 'InternalError', 'Introspection', 'JwsVerifier', 'KeyMaterialError', 'KeySet', 'KeySetError',
  'KeySetNotLoadedError', 'Keyring', 'LogoutRequest', 'LogoutToken', 'LoopbackReceiver', 'MetadataError', 'NetworkError', 'PendingAuthorization',
  'PendingAuthorizationError', 'Pkce', 'Principal', 'PrivateKey', 'ProtectedResource', 'ProviderError', 'PublicKey', 'RedirectUri', 'Registration', 'ResourceServer',
  'ResponseError', 'SaslChallenge', 'SaslResponse', 'Service', 'Signer',
  'Step', 'TokenError', 'TokenSet', 'UnverifiedToken', 'VerifiedJws', 'Verifier', 'decodeUnverified', 'errorTable', 'sasl', 'version',
]

test('require and import show the same names, and no default export', () => {
  assert.deepEqual(Object.keys(cjs).sort(), NAMES)
  assert.deepEqual(Object.keys(esm).sort(), NAMES)
})

test('require and import give the same classes', () => {
  for (const name of NAMES) assert.equal(esm[name], cjs[name], name)
})

test('the package has no dependency and no install script', () => {
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'scripts']) {
    assert.equal(manifest[kind], undefined, kind)
  }
  assert.equal(manifest.version, esm.version)
})

test('every code of the error table has an exported class', () => {
  const table = esm.errorTable()
  assert.ok(table.length > 100)
  assert.equal(new Set(table.map((row) => row.number)).size, table.length)
  assert.equal(new Set(table.map((row) => row.code)).size, table.length)
  for (const row of table) {
    assert.ok(esm[row.class].prototype instanceof esm.FerroauthError, row.class)
    assert.equal(typeof row.retryable, 'boolean')
    assert.ok(row.status >= 400 && row.status < 600)
  }
})

test('the classes descend as documented', () => {
  assert.ok(esm.FerroauthError.prototype instanceof Error)
  assert.ok(esm.ExpiredTokenError.prototype instanceof esm.TokenError)
  assert.ok(esm.KeySetNotLoadedError.prototype instanceof esm.KeySetError)
})

test('a panic in the extension becomes an InternalError, ten thousand times', () => {
  for (let round = 0; round < 10_000; round += 1) {
    assert.throws(() => cjs._panicForTests(), (error) => {
      return error instanceof esm.InternalError && error.code === 'internal.panic' && !/forced/.test(error.message)
    })
  }
  assert.equal(esm.Pkce.generate().method, 'S256')
})
