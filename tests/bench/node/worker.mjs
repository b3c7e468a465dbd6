// Measures the Node implementations on request: one JSON line in, one JSON line out (see ../run.py).
import { createPublicKey, createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { createVerifier } from 'fast-jwt'
import * as jose from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'

// ferroauth is the package installed in the working directory, as it is for a user's own program.
const here = createRequire(pathToFileURL(`${process.cwd()}/`))
const { Client, HmacKey, PublicKey, Service, TokenError, Verifier } = here('ferroauth')

const CODE = 'SplxlOBeZQQYbYS6WxSbIA'
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const REQUIRED = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat']

// As many tokens as the caches keep; one is asked about again and again.
const CACHED = 1000

const ferroauth = (tokenCache) => (given, algorithm) => {
  const key = algorithm === 'HS256' ? new HmacKey(given.secret) : PublicKey.fromPem(given.public_pem[algorithm])
  const verifier = new Verifier({
    key, algorithms: [algorithm], issuer: given.issuer, audience: given.audience, requiredClaims: REQUIRED, tokenCache
  })
  const token = given.tokens[algorithm]
  return () => verifier.verifySync(token).sub
}

const fastJwt = (cache) => (given, algorithm) => {
  const check = createVerifier({
    key: algorithm === 'HS256' ? given.secret : given.public_pem[algorithm],
    algorithms: [algorithm],
    allowedIss: given.issuer,
    allowedAud: given.audience,
    requiredClaims: REQUIRED,
    cache
  })
  const token = given.tokens[algorithm]
  return () => check(token).sub
}

const verify = {
  ferroauth: ferroauth(undefined),
  'ferroauth+cache': ferroauth(CACHED),
  'fast-jwt': fastJwt(false),
  'fast-jwt+cache': fastJwt(CACHED),
  jose (given, algorithm) {
    const key = algorithm === 'HS256' ? createSecretKey(Buffer.from(given.secret)) : createPublicKey(given.public_pem[algorithm])
    const token = given.tokens[algorithm]
    const options = { algorithms: [algorithm], issuer: given.issuer, audience: given.audience, requiredClaims: REQUIRED }
    return async () => (await jose.jwtVerify(token, key, options)).payload.sub
  }
}

const refuse = {
  ferroauth (given, shape) {
    const verifier = new Verifier({ key: new HmacKey(given.secret), algorithms: ['HS256'], issuer: given.issuer, audience: given.audience })
    const token = given.hostile[shape]
    return () => {
      try {
        verifier.verifySync(token)
      } catch (error) {
        if (error instanceof TokenError) return
        throw error
      }
      throw new Error('a hostile token was accepted')
    }
  }
}

const metadata = (given) => ({
  issuer: given.provider,
  authorization_endpoint: `${given.provider}/authorize`,
  token_endpoint: given.token_endpoint,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256']
})

// Each returns [prepare, exchange]: what an exchange starts from is made outside the measured time.
const exchange = {
  ferroauth (given) {
    const client = new Client(Service.fromJson(JSON.stringify(metadata(given))), {
      clientId: given.client_id, clientSecret: given.client_secret, redirectUri: given.redirect_uri
    })
    const prepare = () => {
      const pending = client.beginAuthorization({ scopes: ['all'] })
      return [pending, `${given.redirect_uri}?code=${CODE}&state=${pending.state}`]
    }
    return [prepare, async ([pending, url]) => (await client.finishAuthorization(pending, url)).accessToken]
  },
  'openid-client' (given) {
    const config = new openid.Configuration(metadata(given), given.client_id, given.client_secret, openid.ClientSecretBasic(given.client_secret))
    openid.allowInsecureRequests(config)
    const url = new URL(`${given.redirect_uri}?code=${CODE}&state=xyz`)
    const checks = { pkceCodeVerifier: VERIFIER, expectedState: 'xyz' }
    return [() => null, async () => (await openid.authorizationCodeGrant(config, url, checks)).access_token]
  },
  oauth4webapi (given) {
    const server = metadata(given)
    const client = { client_id: given.client_id }
    const authenticate = oauth.ClientSecretBasic(given.client_secret)
    const url = new URL(`${given.redirect_uri}?code=${CODE}&state=xyz`)
    return [() => null, async () => {
      const callback = oauth.validateAuthResponse(server, client, url, 'xyz')
      const reply = await oauth.authorizationCodeGrantRequest(
        server, client, authenticate, callback, given.redirect_uri, VERIFIER, { [oauth.allowInsecureRequests]: true })
      return (await oauth.processAuthorizationCodeResponse(server, client, reply)).access_token
    }]
  },
  fetch (given) {
    const body = new URLSearchParams({ grant_type: 'authorization_code', code: CODE, redirect_uri: given.redirect_uri, code_verifier: VERIFIER }).toString()
    const authorization = `Basic ${Buffer.from(`${given.client_id}:${given.client_secret}`).toString('base64')}`
    const headers = { authorization, accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' }
    return [() => null, async () => (await (await fetch(given.token_endpoint, { method: 'POST', headers, body })).json()).access_token]
  }
}

const cpuUs = () => { const used = process.cpuUsage(); return used.user + used.system }

async function timedVerify (once, budgetMs) {
  let count = 0; let spent = 0
  const waits = once() instanceof Promise
  while (spent < budgetMs * 1000) {
    const before = cpuUs()
    if (waits) for (let i = 0; i < 200; i++) await once()
    else for (let i = 0; i < 200; i++) once()
    spent += cpuUs() - before
    count += 200
  }
  return { us: spent / count, calls: count }
}

async function timedExchange ([prepare, once], budgetMs) {
  let count = 0; let spent = 0
  while (spent < budgetMs * 1000) {
    const batch = Array.from({ length: 50 }, prepare)
    const before = cpuUs()
    for (const ready of batch) await once(ready)
    spent += cpuUs() - before
    count += batch.length
  }
  return { us: spent / count, calls: count }
}

function versionOf (name) {
  const file = name === 'ferroauth' ? `${process.cwd()}/node_modules/ferroauth/package.json` : new URL(`node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(readFileSync(file)).version
}

const versions = { fetch: process.version }
for (const name of ['ferroauth', 'fast-jwt', 'jose', 'oauth4webapi', 'openid-client']) versions[name] = versionOf(name)
for (const name of ['ferroauth', 'fast-jwt']) versions[`${name}+cache`] = versions[name]

let given
const made = new Map()
const say = (message) => process.stdout.write(JSON.stringify(message) + '\n')
for await (const line of createInterface({ input: process.stdin })) {
  const ask = JSON.parse(line)
  if (given === undefined) {
    given = ask
    say({ verify: Object.keys(verify), exchange: Object.keys(exchange), refuse: Object.keys(refuse), versions })
    continue
  }
  const { operation, implementation, algorithm, budget_ms: budgetMs } = ask
  const where = `${operation} ${implementation} ${algorithm}`
  if (!made.has(where)) made.set(where, ({ verify, refuse, exchange })[operation][implementation](given, algorithm))
  say(await (operation === 'exchange' ? timedExchange : timedVerify)(made.get(where), budgetMs))
}
