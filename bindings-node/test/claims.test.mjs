// The claims of a checked token, which the extension and claims.js build without parsing their text where they can: they must be
// what JSON.parse makes of that text, whatever was checked before.

import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Claims, HmacKey, Verifier, decodeUnverified } from 'ferroauth'

const NOW = 1_700_000_000
const secret = randomBytes(32)
const START = `"iss":"https://idp","aud":"api","exp":${NOW + 60}`

const verifierWith = (more = {}) => new Verifier({
  key: new HmacKey(secret), algorithms: ['HS256'], issuer: 'https://idp', audience: 'api', testing: { now: NOW }, ...more,
})

function forge(payload) {
  const input = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

/** An object, and all in it, without prototypes. */
function bare(value) {
  if (value === null || typeof value !== 'object') return value
  for (const key of Object.keys(value)) bare(value[key])
  return Array.isArray(value) ? value : Object.setPrototypeOf(value, null)
}

/** The same in every way that a program can see. */
function same(claims, payload) {
  const wanted = bare(JSON.parse(payload))
  assert.deepStrictEqual(claims, wanted)
  assert.deepStrictEqual(Reflect.ownKeys(claims), Reflect.ownKeys(wanted))
  assert.deepStrictEqual(Object.getOwnPropertyDescriptors(claims), Object.getOwnPropertyDescriptors(wanted))
  assert.equal(inspect(claims), inspect(wanted))
  assert.equal(JSON.stringify(claims), JSON.stringify(wanted))
  assert.equal(Claims.raw(claims), payload)
  assert.equal(Claims.header(claims).alg, 'HS256')
  assert.ok(Object.isExtensible(claims))
}

/** Checks tokens in turn, several times, with a verifier for all and one for each, with and without a cache. */
function check(payloads) {
  for (const more of [{}, { tokenCache: 10 }]) {
    const shared = verifierWith(more)
    const own = payloads.map(() => verifierWith(more))
    for (let round = 0; round < 3; round++) {
      payloads.forEach((payload, index) => {
        const token = forge(payload)
        same(shared.verifySync(token), payload)
        same(own[index].verifySync(token), payload)
      })
    }
  }
}

test('values of every kind', () => {
  const values = [
    '""', '"a"', '"twelve chars"', '"thirteen char"', `"${'x'.repeat(300)}"`, '"{[,:]}"', '"it\'s"', '"\\""', '"\\u0041\\n"', '"\u00e9"',
    '"\u{1f600}"', '"\\ud83d\\ude00"', '"\x7f"', '0', '7', '1700000000', '2147483648', '4294967295', '999999999999999', '1000000000000000',
    '9007199254740991', '-1', '-9007199254740991', '1.5', '1e3', '0.1', 'true', 'false', 'null', '[]', '{}', '["a",1,null]', '[[{"a":{}}]]',
    '{"a":{"__proto__":{"b":1}}}', '[{"constructor":1}]',
  ]
  check(values.map((value) => `{${START},"x":${value}}`))
  check(values.map((value) => `{"x":${value},${START}}`))
  check(values.map((value) => `{${START},"x":${value},"y":${value},"z":${value},"last":"end"}`))
  check(values.map((value) => `{${START},"a":${value},"b":${value},"c":${value},"d":${value},"e":"end"}`))
})

test('names of every kind', () => {
  const names = [
    '', ' ', 'a', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '__defineGetter__', 'length',
    '0', '1', '01', '10', '-1', '1.5', '4294967294', '4294967295', '1e3', 'a1', '\u00e9', '\u0660', '\u{1f600}', '\\u0061',
    '\\u005f_proto__', '\\u0031', '\\"', '\\\\', 'x'.repeat(300), '!', '{', '\x7f',
  ]
  check(names.map((name) => `{${START},"${name}":"value"}`))
  check(names.map((name) => `{"z":1,"${name}":2,${START}}`))
  check(names.map((name) => `{"${name}":{"${name}":"value"},${START}}`))
})

test('names that begin alike, the same names in another order, and names that are all there and more', () => {
  check([
    `{${START}}`, `{${START},"a":1}`, `{${START},"a":1,"b":2}`, `{${START},"b":1,"a":2}`, `{"a":1,${START}}`, `{${START},"aa":1}`,
    `{${START},"ab":1}`, `{${START},"abcdefghi":1}`, `{${START},"abcdefghj":1}`, `{${START},"a":1,"b":2,"c":3}`, `{"b":2,${START},"a":1}`,
  ])
})

test('more lists of names than are remembered, and lists that are too long for it', () => {
  check(Array.from({ length: 20 }, (_, index) => `{${START},"n${index}":${index}}`))
  check(Array.from({ length: 40 }, (_, index) => {
    const more = Array.from({ length: index }, (_, place) => `,"n${place}":"v${index}-${place}"`).join('')
    return `{${START}${more}}`
  }))
})

test('texts around every limit of length', () => {
  for (const name of ['x', 'list']) {
    const lengths = [0, 1, 30, 31, 32, 126, 127, 128, 129, 255, 256, 1000, 1023, 1024, 1900]
    for (let length = 1960; length < 2060; length++) lengths.push(length)
    const value = (length) => (name === 'x' ? `"${'y'.repeat(length)}"` : `["${'y'.repeat(length)}"]`)
    check([...lengths, 4000, 8000].map((length) => `{${START},"${name}":${value(length)},"z":"end"}`))
  }
})

test('space between the members', () => {
  check([
    ` {${START}}`, `\n{${START}}`, `\t{ ${START} }\r\n`, `{${START} , "a" : 1}`, `{ "a":"b" ,${START}, "c":"d"}`, `{${START},"a":[ 1 , 2 ],"b":{ }}`,
  ])
})

test('random claims', () => {
  const pick = (list) => list[Math.floor(Math.random() * list.length)]
  const names = ['a', 'b', 'email', 'name', 'given_name', 'family_name', 'preferred_username', 'roles', '12', '__proto__', 'x\u00e9']
  const leaf = () => pick([() => 'x'.repeat(Math.random() * 40), () => Math.floor(Math.random() * 2 ** 50), () => true, () => null, () => 'q"\\'])()
  const value = (depth) => (depth === 0 || Math.random() < 0.8 ? leaf() : pick([
    () => Array.from({ length: Math.random() * 4 }, () => value(depth - 1)),
    () => Object.fromEntries(names.filter(() => Math.random() < 0.3).map((name) => [name, value(depth - 1)])),
  ])())
  for (let round = 0; round < 30; round++) {
    check(Array.from({ length: 12 }, () => {
      const members = names.filter(() => Math.random() < 0.4).map((name) => `,"${name}":${JSON.stringify(value(2))}`)
      return `{${START}${members.join('')}}`
    }))
  }
})

test('nobody in between: what Object.prototype holds does not touch claims', () => {
  const payload = `{${START},"sub":"42","admin":false,"toString":"text"}`
  const token = forge(payload)
  const verifier = verifierWith()
  const seen = []
  for (const name of ['sub', 'admin']) {
    Object.defineProperty(Object.prototype, name, { configurable: true, get: () => 'mallory', set: (value) => seen.push(value) })
  }
  Object.defineProperty(Object.prototype, 'exp', { configurable: true, writable: false, value: 0 })
  try {
    for (let round = 0; round < 3; round++) {
      const claims = verifier.verifySync(token)
      assert.equal(claims.sub, '42')
      assert.equal(claims.admin, false)
      assert.equal(claims.exp, NOW + 60)
      assert.equal(claims.toString, 'text')
    }
  } finally {
    for (const name of ['sub', 'admin', 'exp']) delete Object.prototype[name]
  }
  assert.deepEqual(seen, [])
  for (let round = 0; round < 3; round++) same(verifier.verifySync(token), payload)
})

test('claims are their owner\'s: changing them changes nothing else', () => {
  const token = forge(`{${START},"list":["a"]}`)
  for (const verifier of [verifierWith(), verifierWith({ tokenCache: 10 })]) {
    const first = verifier.verifySync(token)
    first.iss = 'mallory'
    first.list.push('b')
    delete first.aud
    first.more = true
    for (let round = 0; round < 3; round++) same(verifier.verifySync(token), `{${START},"list":["a"]}`)
  }
})

test('the claims of one token are no claims of another', () => {
  const verifier = verifierWith()
  const tokens = ['a', 'b', 'c'].map((sub) => forge(`{${START},"sub":"${sub}"}`))
  const claims = tokens.map((token) => verifier.verifySync(token))
  assert.deepEqual(claims.map((one) => one.sub), ['a', 'b', 'c'])
  assert.deepEqual(claims.map((one) => JSON.parse(Claims.raw(one)).sub), ['a', 'b', 'c'])
  for (const [index, token] of tokens.entries()) assert.deepStrictEqual(claims[index], decodeUnverified(token).claims)
})
