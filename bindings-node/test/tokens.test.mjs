// Verifier, signer, keys, claims and PKCE, without the network.

import assert from 'node:assert/strict'
import { createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import { test } from 'node:test'
import {
  Claims, ConfigurationError, ExpiredTokenError, HmacKey, KeyMaterialError, KeySet, Pkce, PrivateKey, PublicKey, Signer,
  TokenError, Verifier, decodeUnverified,
} from 'ferroauth'
import { keyPair } from './support/keypair.mjs'

const NOW = 1_700_000_000
const testing = { now: NOW }
const secret = randomBytes(32)
const hmac = new HmacKey(secret)
const signer = new Signer(hmac, { algorithm: 'HS256', testing })
const verifier = new Verifier({ key: hmac, algorithms: ['HS256'], issuer: 'https://idp', audience: 'api', testing })
const claims = { iss: 'https://idp', aud: 'api', sub: '42' }

const code = (expected, type = TokenError) => (error) => {
  assert.ok(error instanceof type, `${error.name} is no ${type.name}`)
  assert.equal(error.code, expected)
  return true
}
/** A token of our own making, to put anything into it. */
function forge(payload, header = '{"alg":"HS256"}', key = secret) {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}

test('a token that was signed here verifies here, in both ways', async () => {
  const token = signer.signSync(claims, { lifetime: 300 })
  assert.equal(token, await signer.sign(claims, { lifetime: 300 }))
  assert.equal(verifier.verifySync(token).sub, '42')
  assert.equal((await verifier.verify(token)).exp, NOW + 300)
})

for (const algorithm of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
  test(`${algorithm}: a key is generated, signs, and node:crypto agrees`, () => {
    const key = PrivateKey.generate(algorithm, { kid: 'k1' })
    const token = new Signer(key, { algorithm, kid: 'k1', typ: 'at+jwt', testing }).signSync(claims, { lifetime: 60 })
    const settings = { algorithms: [algorithm], issuer: 'https://idp', audience: 'api', tokenType: 'at+jwt', testing }
    for (const source of [
      { key: key.publicKey() },
      { key: PublicKey.fromPem(key.publicKey().toPem()) },
      { key: PublicKey.fromJwk(key.publicKey().toJwk()) },
      { key: PublicKey.fromDer(createPublicKey(key.publicKey().toPem()).export({ type: 'spki', format: 'der' })) },
      { key: KeySet.fromJson({ keys: [key.publicKey().toJwk()] }) },
    ]) {
      assert.equal(new Verifier({ ...settings, ...source }).verifySync(token).sub, '42')
    }
    const again = PrivateKey.fromPem(key.toPem())
    assert.equal(again.publicKey().toPem(), key.publicKey().toPem())
    if (algorithm === 'ES256' || algorithm === 'EdDSA') {
      const [head, body, signature] = token.split('.')
      const foreign = { key: createPublicKey(key.publicKey().toPem()), dsaEncoding: 'ieee-p1363' }
      const bytes = Buffer.from(signature, 'base64url')
      assert.ok(verify(algorithm === 'ES256' ? 'sha256' : null, Buffer.from(`${head}.${body}`), foreign, bytes))
    }
    const other = PrivateKey.generate(algorithm).publicKey()
    assert.throws(() => new Verifier({ ...settings, key: other }).verifySync(token), code('token.signature'))
  })
}

test('claims have no prototype at any depth, and names of Object.prototype are ordinary', () => {
  const payload = `{"iss":"https://idp","aud":"api","exp":${NOW + 60},"__proto__":{"admin":true},"list":[{"a":1}]}`
  const verified = verifier.verifySync(forge(payload))
  assert.equal(Object.getPrototypeOf(verified), null)
  assert.equal(verified.constructor, undefined)
  assert.equal(verified.toString, undefined)
  assert.equal(verified.admin, undefined)
  assert.deepEqual(Object.keys(verified), ['iss', 'aud', 'exp', '__proto__', 'list'])
  assert.equal(Object.getOwnPropertyDescriptor(verified, '__proto__').value.admin, true)
  assert.equal(Object.getPrototypeOf(verified.list[0]), null)
  assert.equal({}.admin, undefined)
})

test('the signed text and the header are at hand without being claims', () => {
  const payload = `{"iss":"https://idp", "aud":"api","exp":${NOW + 60},"name":"J\u00fcrgen \u{1f600}"}`
  const token = forge(payload, '{"alg":"HS256","typ":"JWT","__proto__":1}')
  const verified = verifier.verifySync(token)
  assert.equal(verified.name, 'J\u00fcrgen \u{1f600}')
  assert.equal(Claims.raw(verified), payload)
  assert.equal(Claims.header(verified).typ, 'JWT')
  assert.equal(Claims.header(verified).constructor, undefined)
  assert.ok(!JSON.stringify(verified).includes(token))
  assert.equal(JSON.parse(JSON.stringify(verified)).aud, 'api')
  assert.throws(() => Claims.raw({ ...verified }), { code: 'internal.argument' })
})

test('refused tokens name the check', () => {
  const token = forge(`{"iss":"https://idp","aud":"api","exp":${NOW}}`)
  assert.throws(() => verifier.verifySync(token), (error) => {
    code('token.expired', ExpiredTokenError)(error)
    const report = error.explain()
    assert.equal(report.check, 'exp')
    assert.equal(report.now, NOW)
    assert.equal(report.algorithm, 'HS256')
    assert.ok(!JSON.stringify(report).includes(token.split('.')[2]))
    return error.status === 401 && error.retryable === false && error.name === 'ExpiredTokenError'
  })
})

test('bad tokens are refused with the code of their fault', async () => {
  const good = signer.signSync(claims, { lifetime: 300 })
  const [head, body, signature] = good.split('.')
  const rows = [
    ['', 'token.malformed'],
    ['a.b', 'token.malformed'],
    [`${good}.x`, 'token.malformed'],
    [`${good}=`, 'token.malformed'],
    [`${good}\0`, 'token.malformed'],
    [`${head}.${body}.${signature}\u{1f600}`, 'token.malformed'],
    // U+0141 would become A if it were cut to a byte.
    [good.replace('e', '\u0165'), 'token.malformed'],
    [`\ud800${good}`, 'token.malformed'],
    ['x'.repeat(1 << 20), 'token.too_large'],
    ['.'.repeat(1 << 20), 'token.too_large'],
    ['\u{1f600}'.repeat(20_000), 'token.too_large'],
    [`${head}.${body}.${'A'.repeat(43)}`, 'token.signature'],
    [forge('[]'), 'token.json'],
    [forge('{"a":1,"\\u0061":2}'), 'token.duplicate_member'],
    [forge('{"a":1e400}'), 'token.number'],
    [forge('{"a":9007199254740993}'), 'token.number'],
    [forge(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`), 'token.too_deep'],
    [forge('{}', '{"alg":"none"}'), 'token.algorithm'],
    [forge('{}', '{"alg":"HS256","crit":["x"]}'), 'token.critical'],
    [forge(`{"iss":"https://idp","aud":"api","exp":"${NOW + 60}"}`), 'token.claim_type'],
    [forge(`{"iss":"https://idp/","aud":"api","exp":${NOW + 60}}`), 'token.issuer'],
    [forge(`{"iss":"https://idp","aud":["other"],"exp":${NOW + 60}}`), 'token.audience'],
    [forge('{"iss":"https://idp","aud":"api"}'), 'token.missing_claim'],
  ]
  for (const [token, expected] of rows) {
    assert.throws(() => verifier.verifySync(token), code(expected), token.slice(0, 80))
    await assert.rejects(verifier.verify(token), code(expected))
  }
})

test('an incomplete policy is refused when it is written', () => {
  const key = hmac
  const rows = [
    [{ key, algorithms: ['HS256'], audience: 'api' }, 'config.invalid'],
    [{ key, algorithms: ['HS256'], issuer: 'https://idp' }, 'config.invalid'],
    [{ key, algorithms: ['HS256'], issuer: undefined, audience: 'api' }, 'config.invalid'],
    [{ key, algorithms: [], issuer: null, audience: null }, 'config.algorithms'],
    [{ key, algorithms: ['HS256', 'RS256'], issuer: null, audience: null }, 'config.algorithms'],
    [{ key, algorithms: ['HS256'], issuer: null, audience: null, leeway: 301 }, 'config.leeway'],
    [{ key, algorithms: ['HS256'], issuer: null, audience: null, leeway: -1 }, 'config.leeway'],
    [{ key, algorithms: ['HS256'], issuer: null, audience: null, leeway: NaN }, 'config.invalid'],
    [{ key, algorithms: ['HS256'], issuer: null, audience: null, algorithm: 'HS256' }, 'config.invalid'],
    [{ key, algorithms: 'HS256', issuer: null, audience: null }, 'config.invalid'],
    [{ key, keys: key, algorithms: ['HS256'], issuer: null, audience: null }, 'config.invalid'],
    [{ key: 'secret', algorithms: ['HS256'], issuer: null, audience: null }, 'config.invalid'],
  ]
  for (const [settings, expected] of rows) {
    assert.throws(() => new Verifier(settings), code(expected, ConfigurationError), JSON.stringify(settings))
  }
})

test('an asymmetric key never becomes an HMAC secret', () => {
  const pairs = [
    keyPair('rsa', { modulusLength: 2048 }), keyPair('ec', { namedCurve: 'P-256' }),
    keyPair('ed25519'),
  ]
  for (const { publicKey, privateKey } of pairs) {
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }))
    const forms = [
      pem, ` ${pem}`, `\ufeff${pem}`, pem.replaceAll('\n', '\r\n'), Buffer.from(pem).toString('base64'), jwk,
      JSON.stringify({ keys: [JSON.parse(jwk)] }), publicKey.export({ type: 'spki', format: 'der' }),
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
    ]
    for (const form of forms) {
      assert.throws(() => new HmacKey(form), code('key.asymmetric_as_secret', KeyMaterialError))
      const bytes = typeof form === 'string' ? Buffer.from(form) : form
      assert.throws(() => new HmacKey(bytes), code('key.asymmetric_as_secret', KeyMaterialError))
    }
    assert.throws(() => HmacKey.fromJwk(jwk), code('key.asymmetric_as_secret', KeyMaterialError))
  }
  assert.throws(() => new HmacKey(''), code('key.empty', KeyMaterialError))
  const short = { key: new HmacKey('short'), algorithms: ['HS256'], issuer: null, audience: null }
  assert.throws(() => new Verifier(short), code('key.too_short', KeyMaterialError))
})

test('signing needs the right key', () => {
  const key = PrivateKey.generate('ES256')
  assert.throws(() => new Signer(key.publicKey(), { algorithm: 'ES256' }), code('key.private_required', KeyMaterialError))
  assert.throws(() => new Signer(key, { algorithm: 'RS256' }), code('key.wrong_type', KeyMaterialError))
  assert.throws(() => PrivateKey.fromPem(key.publicKey().toPem()), code('key.private_required', KeyMaterialError))
  assert.throws(() => PrivateKey.fromJwk(key.publicKey().toJwk()), code('key.private_required', KeyMaterialError))
  assert.throws(() => PublicKey.fromJwk({ kty: 'oct', k: secret.toString('base64url') }), KeyMaterialError)
  assert.equal(HmacKey.fromJwk({ kty: 'oct', k: secret.toString('base64url'), kid: 'h' }).kid, 'h')
})

test('a published key set holds public members only', () => {
  const key = keyPair('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const set = KeySet.fromJson(JSON.stringify({ keys: [{ ...key, kid: 'p' }] }))
  assert.equal(set.size, 1)
  assert.deepEqual(set.toJSON().keys.map((member) => [member.kid, member.d]), [['p', undefined]])
  assert.throws(() => KeySet.fromJson({ keys: [] }), { code: 'jwks.no_usable_key' })
})

test('decodeUnverified reads what nobody checked', () => {
  const read = decodeUnverified(forge('{"sub":"1","__proto__":2}', '{"alg":"HS256","kid":"k"}', 'other'))
  assert.equal(read.header.kid, 'k')
  assert.equal(read.claims.sub, '1')
  assert.equal(Object.getPrototypeOf(read.claims), null)
  assert.throws(() => decodeUnverified('a.b.c.d.e'), code('token.encrypted'))
})

test('PKCE follows RFC 7636 appendix B', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  assert.equal(Pkce.challenge(verifier), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  assert.equal(Pkce.verify(verifier, 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'), true)
  assert.equal(Pkce.verify(verifier, 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN'), false)
  const pair = Pkce.generate()
  assert.equal(pair.verifier.length, 43)
  assert.equal(Pkce.challenge(pair.verifier), pair.challenge)
  assert.notEqual(Pkce.generate().verifier, pair.verifier)
  assert.throws(() => Pkce.challenge('x'.repeat(42)), code('config.pkce', ConfigurationError))
})
