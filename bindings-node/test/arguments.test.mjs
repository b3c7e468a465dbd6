// Wrong arguments: every export with every kind of value it does not expect. Whatever is refused is refused
// with an error of the table; nothing else is ever thrown, and nothing crashes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as ferroauth from 'ferroauth'

const {
  BackchannelAuthentication, Claims, Client, DeviceAuthorization, FerroauthError, Flow, FrontChannelLogout, HmacKey, HttpStep, IdToken, Introspection, JwsVerifier, KeySet, Keyring, LogoutRequest, LogoutToken, LoopbackReceiver, PendingAuthorization,
  Decrypted, Decrypter, Denial, DpopProof, DpopVerifier, Encrypter, EncryptionKey, Pkce, Principal, PrivateKey, ProtectedResource, PublicKey, RedirectUri, Registration, ResourceServer, SaslChallenge, SaslResponse, Service, Signer, Step, TokenSet, UnverifiedToken, VerifiedJws, Verifier, sasl,
} = ferroauth

const { Challenge } = ferroauth

const cyclic = {}
cyclic.self = cyclic
let deep = {}
for (let level = 0; level < 100_000; level += 1) deep = { deep }
const shared = new Uint8Array(new SharedArrayBuffer(32))
const detached = new Uint8Array(32)
structuredClone(detached.buffer, { transfer: [detached.buffer] })

const BAD = [
  undefined, null, true, 0, -1, NaN, Infinity, 2n ** 64n, 'x', '', '\0', 'a\0b', '\ud800', '\udfff\ud800',
  'x'.repeat(5 * 1024 * 1024), Symbol('s'), () => 'f', class {}, [], [[]], ['\ud800'], {}, { toString: () => 'x' },
  Object.create(null), cyclic, deep, new Map(), new Date(), /x/, new Uint8Array(0), new Uint8Array(31), shared, detached,
  new Float64Array(4), new ArrayBuffer(32), new Proxy({}, {}), new Error('e'), Promise.resolve(1), { constructor: 1 },
  JSON.parse('{"__proto__": 1}'), new URL('https://x'), new URLSearchParams('a=b'), new HmacKey('x'.repeat(32)),
  Object.create(HmacKey.prototype), Object.create(Client.prototype), Object.create(Keyring.prototype),
]

const key = new HmacKey('x'.repeat(32))
const privateKey = PrivateKey.generate('ES256')
const locked = privateKey.toPem({ passphrase: 'secret' })
const service = Service.preset('frappe', { baseUrl: 'https://erp.example.com' })
const client = new Client(service, { clientId: 'a', redirectUri: 'https://app.example.com/cb' })
const registration = Registration.fromJson({ client_id: 'a' })
const bound = new Client(service, { clientId: 'a', dpop: true })
const pending = client.beginAuthorization({ scopes: ['all'] })
const verifier = new Verifier({ key, algorithms: ['HS256'], issuer: null, audience: null })
const signer = new Signer(key, { algorithm: 'HS256' })
const jws = new JwsVerifier(key, { algorithms: ['HS256'] })
const detachedJws = signer.signDetached('x')
const api = new ResourceServer(verifier)
const encryptionKey = EncryptionKey.generate('A256GCM')
const encrypter = new Encrypter(encryptionKey)
const decrypter = new Decrypter(encryptionKey)
const loopback = new LoopbackReceiver()
loopback.close()
const checks = { issuer: null, audience: null, algorithms: ['HS256'] }

/** The exports, each with one or two places for a bad value. */
const TARGETS = {
  'Claims.raw': (a) => Claims.raw(a),
  'Claims.header': (a) => Claims.header(a),
  'new Client': (a, b) => new Client(a, b),
  'new Client, options': (a) => new Client(service, a),
  'new Client, secret': (a) => new Client(service, { clientId: 'a', clientSecret: a }),
  'new Client, testing': (a) => new Client(service, { clientId: 'a', testing: a }),
  'EncryptionKey.fromSecret': (a, b) => EncryptionKey.fromSecret(a, b),
  'EncryptionKey.fromSecret, secret': (a) => EncryptionKey.fromSecret(a, { algorithm: 'A128KW' }),
  'EncryptionKey.fromSecret, options': (a, b) => EncryptionKey.fromSecret('x'.repeat(16), { algorithm: a, kid: b }),
  'EncryptionKey.fromJwk': (a, b) => EncryptionKey.fromJwk(a, b),
  'EncryptionKey.fromPem': (a, b) => EncryptionKey.fromPem(a, b),
  'EncryptionKey.fromPem, passphrase': (a) => EncryptionKey.fromPem(locked, { algorithm: 'ECDH-ES', passphrase: a }),
  'EncryptionKey.fromDer': (a, b) => EncryptionKey.fromDer(a, b),
  'EncryptionKey.fromDer, der': (a) => EncryptionKey.fromDer(a, { algorithm: 'RSA-OAEP' }),
  'EncryptionKey.generate': (a, b) => EncryptionKey.generate(a, b),
  'EncryptionKey.generate, curve': (a) => EncryptionKey.generate('ECDH-ES', { curve: a }),
  'new EncryptionKey': (a, b) => new EncryptionKey(a, b),
  'new Encrypter': (a, b) => new Encrypter(a, b),
  'new Encrypter, options': (a) => new Encrypter(encryptionKey, a),
  'new Encrypter, parties': (a, b) => new Encrypter(encryptionKey, { apu: a, apv: b }),
  'encrypter.encrypt': (a, b) => encrypter.encrypt(a, b),
  'encrypter.encryptJson': (a, b) => encrypter.encryptJson(a, b),
  'encrypter.encryptJson, aad': (a) => encrypter.encryptJson('x', { aad: a }),
  'new Decrypter': (a, b) => new Decrypter(a, b),
  'new Decrypter, options': (a) => new Decrypter(encryptionKey, a),
  'new Decrypter, lists': (a, b) => new Decrypter(encryptionKey, { algorithms: a, encryptions: b }),
  'decrypter.decrypt': (a) => decrypter.decrypt(a),
  'decrypter.decryptJson': (a) => decrypter.decryptJson(a),
  'new Decrypted': (a, b) => new Decrypted(a, b),
  'client.beginAuthorization': (a) => client.beginAuthorization(a),
  'client.beginAuthorization, scopes': (a) => client.beginAuthorization({ scopes: a }),
  'client.beginAuthorization, parameters': (a) => client.beginAuthorization({ parameters: a }),
  'client.beginAuthorization, prompt': (a, b) => client.beginAuthorization({ prompt: a, loginHint: b }),
  'client.beginAuthorization, maxAge': (a, b) => client.beginAuthorization({ maxAge: a, acrValues: b }),
  'client.beginAuthorization, claims': (a, b) => client.beginAuthorization({ claims: a, session: b }),
  'client.beginAuthorization, resource': (a, b) => client.beginAuthorization({ resource: a, authorizationDetails: b }),
  'client.beginAuthorization, responseMode': (a, b) => client.beginAuthorization({ responseMode: a, idTokenHint: b }),
  'client.flow.pushAuthorization': (a) => client.flow.pushAuthorization(a).advance(),
  'client.flow.finishAuthorization, options': (a) => client.flow.finishAuthorization(pending, '?code=a', a).advance(),
  'client.flow.finishAuthorization, origin': (a, b) => client.flow.finishAuthorization(pending, '?code=a', { origin: a, session: b }).advance(),
  'new Client, keys': (a, b) => new Client(service, { clientId: 'a', dpopKey: a, requestObjectKey: b }),
  'new Client, requestObjectEncryption': (a, b) => new Client(service, { clientId: 'a', requestObjectEncryption: { alg: a, enc: b } }),
  'new Client, dpop': (a) => new Client(service, { clientId: 'a', dpop: a }),
  'client.dpopProof': (a, b) => bound.dpopProof(a, b),
  'client.dpopProof, options': (a, b) => bound.dpopProof('GET', 'https://api.example.com/', { accessToken: a, nonce: b }),
  'client.authorizationHeaders': (a, b) => bound.authorizationHeaders(a, 'GET', b),
  'client.rememberDpopNonce': (a, b) => bound.rememberDpopNonce(a, b),
  'Challenge.parse': (a, b) => Challenge.parse([a, b]),
  'Challenge.parse, one': (a) => Challenge.parse(a),
  'new Challenge': (a, b) => new Challenge(a, b),
  'client.openPending': (a, b) => client.openPending(a, b),
  'client.flow.finishAuthorization': (a, b) => client.flow.finishAuthorization(a, b),
  'client.flow.finishAuthorization, callback': (a) => client.flow.finishAuthorization(pending, a).advance(),
  'client.flow.refresh': (a, b) => client.flow.refresh(a, b).advance(),
  'client.flow.clientCredentials': (a) => client.flow.clientCredentials(a).advance(),
  'client.flow.introspect': (a, b) => client.flow.introspect(a, b).advance(),
  'client.flow.revoke': (a, b) => client.flow.revoke(a, b).advance(),
  'client.flow.userinfo': (a, b) => client.flow.userinfo(a, b).advance(),
  'client.flow.password': (a, b) => client.flow.password(a, b).advance(),
  'client.flow.password, options': (a) => client.flow.password('u', 'p', a).advance(),
  'client.flow.jwtBearer': (a, b) => client.flow.jwtBearer(a, b).advance(),
  'client.flow.samlBearer': (a, b) => client.flow.samlBearer(a, b).advance(),
  'client.flow.tokenRequest': (a, b) => client.flow.tokenRequest(a, b).advance(),
  'client.flow.exchangeToken': (a, b) => client.flow.exchangeToken(a, b).advance(),
  'client.flow.exchangeToken, types': (a, b) => client.flow.exchangeToken('t', { subjectTokenType: a, audience: b }).advance(),
  'client.flow.deviceAuthorization': (a) => client.flow.deviceAuthorization(a).advance(),
  'client.flow.deviceToken': (a) => client.flow.deviceToken(a).advance(),
  'client.flow.pollDeviceToken': (a) => client.flow.pollDeviceToken(a).advance(),
  'client.flow.backchannelAuthentication': (a) => client.flow.backchannelAuthentication(a).advance(),
  'client.flow.backchannelToken': (a) => client.flow.backchannelToken(a).advance(),
  'client.flow.pollBackchannelToken': (a) => client.flow.pollBackchannelToken(a).advance(),
  'new DeviceAuthorization': (a, b) => new DeviceAuthorization(a, b),
  'DeviceAuthorization.restore': (a) => client.flow.deviceToken(DeviceAuthorization.restore(a)).advance(),
  'new BackchannelAuthentication': (a, b) => new BackchannelAuthentication(a, b),
  'BackchannelAuthentication.restore': (a) => client.flow.backchannelToken(BackchannelAuthentication.restore(a)).advance(),
  'HmacKey.legacy': (a, b) => HmacKey.legacy(a, b),
  'client.beginLogout': (a) => client.beginLogout(a),
  'client.finishLogout': (a, b) => client.finishLogout(a, b),
  'client.frontChannelLogout': (a, b) => client.frontChannelLogout(a, b),
  'client.flow.verifyLogoutToken': (a, b) => client.flow.verifyLogoutToken(a, b).advance(),
  'client.flow.refresh, earlier': (a, b) => client.flow.refresh('rt', { idToken: a, subject: b }).advance(),
  'new FrontChannelLogout': (a, b) => new FrontChannelLogout(a, b),
  'new LogoutRequest': (a, b) => new LogoutRequest(a, b),
  'new LogoutToken': (a, b) => new LogoutToken(a, b),
  'new ProtectedResource': (a, b) => new ProtectedResource(a, b),
  'ProtectedResource.flow.discover': (a, b) => ProtectedResource.flow.discover(a, b),
  'new Registration': (a, b) => new Registration(a, b),
  'Registration.fromJson': (a) => Registration.fromJson(a),
  'Service.flow.register': (a, b) => Service.flow.register(service, a, b).advance(),
  'Service.flow.register, service': (a) => Service.flow.register(a, {}),
  'Service.flow.readRegistration': (a, b) => Service.flow.readRegistration(a, b),
  'Service.flow.updateRegistration': (a, b) => Service.flow.updateRegistration(service, registration, a, b).advance(),
  'Service.flow.deleteRegistration': (a) => Service.flow.deleteRegistration(service, a),
  'flow.advance': (a) => client.flow.clientCredentials({}).advance(a),
  'flow.advance, reply': (a) => {
    const flow = client.flow.clientCredentials({})
    flow.advance()
    return flow.advance(a)
  },
  'flow.advance, parts': (a, b) => {
    const flow = client.flow.clientCredentials({})
    flow.advance()
    return flow.advance({ status: 200, headers: a, body: b })
  },
  'new Denial': (a, b) => new Denial(a, b),
  'new Flow': (a, b) => new Flow(a, b),
  'new HmacKey': (a, b) => new HmacKey(a, b),
  'HmacKey.fromJwk': (a, b) => HmacKey.fromJwk(a, b),
  'new HttpStep': (a, b) => new HttpStep(a, b),
  'new IdToken': (a, b) => new IdToken(a, b),
  'new Introspection': (a, b) => new Introspection(a, b),
  'new JwsVerifier': (a, b) => new JwsVerifier(a, b),
  'new JwsVerifier, algorithms': (a) => new JwsVerifier(key, { algorithms: a }),
  'jws.verify': (a, b) => jws.verify(a, b),
  'jws.verify, payload': (a) => jws.verify(detachedJws, a),
  'jws.verifyJson': (a, b) => jws.verifyJson(a, b),
  'signer.signBytes': (a) => signer.signBytes(a),
  'signer.signDetached': (a, b) => signer.signDetached(a, b),
  'signer.signDetached, encodePayload': (a) => signer.signDetached('x', { encodePayload: a }),
  'signer.signJson': (a, b) => signer.signJson(a, b),
  'signer.signJson, header': (a) => signer.signJson('x', { header: a }),
  'Signer.signGeneralJson': (a, b) => Signer.signGeneralJson(a, b),
  'Signer.signGeneralJson, headers': (a, b) => Signer.signGeneralJson([signer, a], 'x', { headers: b }),
  'new VerifiedJws': (a, b) => new VerifiedJws(a, b),
  'new KeySet': (a, b) => new KeySet(a, b),
  'KeySet.fromJson': (a) => KeySet.fromJson(a),
  'new Keyring': (a) => new Keyring(a),
  'new Keyring, member': (a) => new Keyring([a]),
  'Keyring.from': (a) => Keyring.from(a),
  'new LoopbackReceiver': (a) => new LoopbackReceiver(a).close(),
  'new LoopbackReceiver, options': (a, b) => new LoopbackReceiver({ host: a, path: b }).close(),
  'new LoopbackReceiver, port': (a) => new LoopbackReceiver({ port: a }).close(),
  'loopback.flow.receive': (a) => loopback.flow.receive(a),
  'loopback.flow.receive, options': (a, b) => loopback.flow.receive({ state: a, timeoutMs: b }),
  'loopback.flow.forward': (a, b) => loopback.flow.forward(a, b),
  'new PendingAuthorization': (a, b) => new PendingAuthorization(a, b),
  'pending.seal': (a) => pending.seal(a),
  'new Pkce': (a, b) => new Pkce(a, b),
  'Pkce.challenge': (a) => Pkce.challenge(a),
  'Pkce.verify': (a, b) => Pkce.verify(a, b),
  'new Principal': (a, b) => new Principal(a, b),
  'new PrivateKey': (a, b) => new PrivateKey(a, b),
  'PrivateKey.fromPem': (a, b) => PrivateKey.fromPem(a, b),
  'PrivateKey.fromJwk': (a, b) => PrivateKey.fromJwk(a, b),
  'PrivateKey.fromPem, passphrase': (a) => PrivateKey.fromPem(locked, { passphrase: a }),
  'PrivateKey.fromDer': (a, b) => PrivateKey.fromDer(a, b),
  'PrivateKey.fromRaw': (a, b) => PrivateKey.fromRaw(a, b),
  'privateKey.toPem': (a) => privateKey.toPem(a),
  'encryptionKey.toPem': (a) => encryptionKey.toPem(a),
  'encryptionKey.toPem, passphrase': (a) => encryptionKey.toPem({ passphrase: a }),
  'PublicKey.fromRaw': (a, b) => PublicKey.fromRaw(a, b),
  'KeySet.fromKeys': (a) => KeySet.fromKeys(a),
  'KeySet.fromKeys, key': (a) => KeySet.fromKeys([a]),
  'PrivateKey.generate': (a, b) => PrivateKey.generate(a, b),
  'PrivateKey.generate, options': (a) => PrivateKey.generate('ES256', a),
  'new PublicKey': (a, b) => new PublicKey(a, b),
  'PublicKey.fromPem': (a, b) => PublicKey.fromPem(a, b),
  'PublicKey.fromDer': (a, b) => PublicKey.fromDer(a, b),
  'PublicKey.fromJwk': (a, b) => PublicKey.fromJwk(a, b),
  'RedirectUri.classify': (a) => RedirectUri.classify(a),
  'new RedirectUri': (a, b) => new RedirectUri(a, b),
  'sasl.xoauth2': (a, b) => sasl.xoauth2(a, b),
  'sasl.oauthbearer': (a, b) => sasl.oauthbearer(a, b),
  'sasl.oauthbearer, server': (a) => sasl.oauthbearer('u', 't', a),
  'sasl.oauthbearer, host and port': (a, b) => sasl.oauthbearer('u', 't', { host: a, port: b }),
  'sasl.challenge': (a) => sasl.challenge(a),
  'new SaslResponse': (a, b) => new SaslResponse(a, b),
  'new SaslChallenge': (a, b) => new SaslChallenge(a, b),
  'new ResourceServer': (a, b) => new ResourceServer(a, b),
  'new ResourceServer, options': (a) => new ResourceServer(verifier, a),
  'new ResourceServer, realm': (a) => new ResourceServer(verifier, { realm: a }),
  'api.authenticateSync': (a, b) => api.authenticateSync(a, b),
  'api.authenticateSync, field': (a) => api.authenticateSync({ authorization: a }),
  'api.authenticateSync, headers': (a) => api.authenticateSync({ headers: a, rawHeaders: a }),
  'api.authenticateSync, scopes': (a) => api.authenticateSync({}, { scopes: a }),
  'api.flow.authenticate': (a, b) => api.flow.authenticate(a, b).advance(),
  'new Service': (a, b) => new Service(a, b),
  'Service.preset': (a, b) => Service.preset(a, b),
  'Service.preset, options': (a) => Service.preset('frappe', a),
  'Service.fromJson': (a) => Service.fromJson(a),
  'Service.fromJson, options': (a) => Service.fromJson('{}', a),
  'Service.render': (a) => service.render(a),
  'Service.render, options': (a) => service.render({ a: '{{token.b}}' }, a),
  'Service.ownerName': (a) => service.ownerName(a),
  'Service.userId': (a) => service.userId(a),
  'Service.flow.discover': (a, b) => Service.flow.discover(a, b),
  'new Signer': (a, b) => new Signer(a, b),
  'new Signer, options': (a) => new Signer(privateKey, a),
  'signer.signSync': (a, b) => signer.signSync(a, b),
  'signer.signSync, lifetime': (a) => signer.signSync({}, { lifetime: a }),
  'new Step': (a, b) => new Step(a, b),
  'new TokenSet': (a, b) => new TokenSet(a, b),
  'new UnverifiedToken': (a, b) => new UnverifiedToken(a, b),
  'decodeUnverified': (a) => ferroauth.decodeUnverified(a),
  'new Verifier': (a) => new Verifier(a),
  'new Verifier, key': (a) => new Verifier({ ...checks, key: a }),
  'new Verifier, issuer': (a) => new Verifier({ ...checks, key, issuer: a }),
  'new Verifier, audience': (a) => new Verifier({ ...checks, key, audience: a }),
  'new Verifier, algorithms': (a) => new Verifier({ ...checks, key, algorithms: a }),
  'new Verifier, decrypter': (a) => new Verifier({ ...checks, key, decrypter: a }),
  'new Verifier, network': (a) => new Verifier({ ...checks, key, network: a }),
  'verifier.verifySync': (a) => verifier.verifySync(a),
  'verifier.verifySync, known': (a) => verifier.verifySync('a.b.c', a),
  'verifier.verifySync, nonce': (a) => verifier.verifySync('a.b.c', { nonce: a }),
  'verifier.flow.verify, known': (a) => verifier.flow.verify('a.b.c', a).advance(),
  'new Verifier, tenants': (a) => new Verifier({ ...checks, issuer: 'https://a.example/{tenantid}', tenants: a }),
  'new Verifier, profile': (a) => new Verifier({ ...checks, key, profile: a }),
  'new DpopVerifier': (a) => new DpopVerifier(a),
  'new DpopVerifier, maxAge': (a) => new DpopVerifier({ maxAge: a }),
  'dpop.verify': (a, b) => new DpopVerifier().verify(a, b),
  'dpop.verify, url': (a) => new DpopVerifier().verify('a.b.c', { method: 'GET', url: a }),
  'new DpopProof': (a, b) => new DpopProof(a, b),
  'verifier.flow.verify': (a) => verifier.flow.verify(a).advance(),
  'verifier.setTestingClock': (a) => verifier.setTestingClock(a),
  'verifier.importKeys': (a) => verifier.importKeys(a),
}

for (const [name, target] of Object.entries(TARGETS)) {
  test(`${name} takes any value without crashing`, () => {
    let refused = 0
    const pairs = target.length < 2 ? BAD.map((value) => [value]) : BAD.flatMap((a) => [[a, undefined], ...BAD.map((b) => [a, b])])
    for (const values of pairs) {
      try {
        target(...values)
      } catch (error) {
        refused += 1
        if (!(error instanceof FerroauthError)) assert.fail(`${name} threw ${error.stack}`)
        if (error.code === 'internal.panic') assert.fail(`${name} panicked: ${error.stack}`)
      }
    }
    assert.ok(refused > 0, 'nothing was refused')
  })
}

test('asynchronous operations reject and never throw', async () => {
  const attempts = [
    (a) => Service.discover(a), (a) => client.finishAuthorization(a, ''), (a) => client.refresh(a),
    (a) => client.introspect(a), (a) => client.revoke(a), (a) => client.userinfo(a), (a) => verifier.verify(a),
    (a) => signer.sign(a, 5), (a) => client.clientCredentials(a ?? 5),
  ]
  for (const attempt of attempts) {
    for (const value of [undefined, null, 5, {}, [], '\ud800', Symbol('s'), cyclic]) {
      await assert.rejects(() => {
        const promise = attempt(value)
        assert.ok(promise instanceof Promise)
        return promise
      }, FerroauthError)
    }
  }
})

test('every export is covered here or has no constructor', () => {
  const listed = Object.keys(TARGETS).join(' ')
  const classes = Object.keys(ferroauth).filter((name) => !(ferroauth[name].prototype instanceof Error))
  for (const name of classes) {
    if (['FerroauthError', 'errorTable', 'version'].includes(name)) continue
    assert.ok(listed.includes(name), name)
  }
})
