'use strict'

const native = require('./lib/native.js')
const { Challenge } = require('./lib/challenge.js')
const { Claims } = require('./lib/claims.js')
const { Client } = require('./lib/client.js')
const { DpopProof, DpopVerifier } = require('./lib/dpop.js')
const { Decrypted, Decrypter, Encrypter, EncryptionKey } = require('./lib/encryption.js')
const { call, classes, errorTable } = require('./lib/errors.js')
const { Flow, HttpStep, Step } = require('./lib/flow.js')
const { JwsVerifier, VerifiedJws } = require('./lib/jws.js')
const { BackchannelAuthentication, DeviceAuthorization } = require('./lib/grants.js')
const { HmacKey, KeySet, Keyring, PrivateKey, PublicKey } = require('./lib/keys.js')
const { LoopbackReceiver } = require('./lib/loopback.js')
const { PendingAuthorization } = require('./lib/pending.js')
const { Pkce } = require('./lib/pkce.js')
const { RedirectUri } = require('./lib/redirect.js')
const {
  FrontChannelLogout,
  LogoutRequest,
  LogoutToken,
  ProtectedResource,
  Registration,
} = require('./lib/replies.js')
const { Denial, Principal, ResourceServer } = require('./lib/resource_server.js')
const { SaslChallenge, SaslResponse, sasl } = require('./lib/sasl.js')
const { Service } = require('./lib/service.js')
const { IdToken, Introspection, TokenSet } = require('./lib/tokens.js')
const { Signer, UnverifiedToken, Verifier, decodeUnverified } = require('./lib/verifier.js')

module.exports = {
  BackchannelAuthentication,
  Challenge,
  Claims,
  Client,
  Decrypted,
  Decrypter,
  Denial,
  DeviceAuthorization,
  DpopProof,
  DpopVerifier,
  Encrypter,
  EncryptionKey,
  Flow,
  FrontChannelLogout,
  HmacKey,
  HttpStep,
  IdToken,
  Introspection,
  JwsVerifier,
  KeySet,
  Keyring,
  LoopbackReceiver,
  LogoutRequest,
  LogoutToken,
  PendingAuthorization,
  Pkce,
  Principal,
  PrivateKey,
  ProtectedResource,
  PublicKey,
  RedirectUri,
  Registration,
  ResourceServer,
  SaslChallenge,
  SaslResponse,
  Service,
  Signer,
  Step,
  TokenSet,
  UnverifiedToken,
  VerifiedJws,
  Verifier,
  ...classes,
  decodeUnverified,
  errorTable,
  sasl,
  version: native.version(),
}

// For the tests of this package: a panic on purpose, to see that it becomes an InternalError.
Object.defineProperty(module.exports, '_panicForTests', { value: () => call(native.panicForTests) })
// For the command line tool.
Object.defineProperty(module.exports, '_command', { value: (words) => call(native.command, words) })
