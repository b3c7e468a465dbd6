// The main job from Node, with the installed package: see steps.py for the list and host_process.py for the lines.
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

// The package is the one installed in the working directory, as it is for a user's own program.
const here = createRequire(pathToFileURL(`${process.cwd()}/`))
const { Client, FerroauthError, HmacKey, KeySet, Pkce, PrivateKey, Service, Signer, Verifier } = here('ferroauth')

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA']
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const nextLine = async () => JSON.parse((await lines.next()).value)

function show (step, ok, seen, more = {}) {
  process.stdout.write(JSON.stringify({ host: 'node', step, ok: Boolean(ok), seen, ...more }) + '\n')
}

async function refusal (step, wanted, action) {
  try {
    await action()
    show(step, false, 'was accepted')
  } catch (error) {
    if (!(error instanceof FerroauthError)) throw error
    show(step, error.code === wanted, `refused: ${error.code}`)
  }
}

function clientOf (config, service, name) {
  const known = config.clients[name]
  return new Client(service, {
    clientId: known.client_id,
    clientSecret: known.client_secret ?? undefined,
    redirectUri: known.redirect_uris.length > 0 ? config.redirect_uri : undefined,
    authenticationMethod: known.authentication_method,
    idTokenAlgorithms: known.id_token_algorithm ? [known.id_token_algorithm] : undefined
  })
}

const begin = (client) =>
  client.beginAuthorization({ scopes: ['openid', 'email', 'offline_access'], parameters: { prompt: 'consent' } })

async function callbackFromBrowser (step, url) {
  show(step, url.includes('code_challenge_method=S256'), '', { ask: url })
  return (await nextLine()).callback
}

async function mainJob (config) {
  const service = await Service.discover(config.issuer)
  show('discovery', service.issuer === config.issuer, `issuer ${service.issuer}`)

  const pair = Pkce.generate()
  const known = Pkce.challenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk') === 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  show('pkce', known && Pkce.verify(pair.verifier, pair.challenge), `${pair.method}, RFC 7636 B agrees`)

  const client = clientOf(config, service, 'demo-basic')
  const appKey = randomBytes(32)
  const pending = begin(client)
  const sealed = pending.seal(appKey)
  const url = await callbackFromBrowser('authorization', pending.url)
  const reopened = client.openPending(sealed, appKey)
  show('callback', reopened.state === pending.state && url.includes('iss='), `sealed, ${sealed.length} chars; code, iss`)

  const tokens = await client.finishAuthorization(reopened, url)
  show('exchange', tokens.accessToken && tokens.refreshToken && tokens.expiresAt, tokens.scopes.join(' '))
  const { claims, header } = tokens.idToken
  show('id_token', claims.email === `${config.user}@example.test`, `${header.alg} ${header.kid}, ${claims.email}`)

  const issued = await clientOf(config, service, 'demo-machine').clientCredentials({ scopes: ['orders:read'] })
  const access = await new Verifier({ issuer: config.issuer, audience: config.api, tokenType: 'at+jwt' }).verify(issued.accessToken)
  show('api_token', access.client_id === 'demo-machine', `${headerOf(issued.accessToken)}, ${access.scope}`)

  let report = await client.introspect(tokens.accessToken)
  show('introspect', report.active, `active ${report.active}, sub ${report.claims.sub}`)
  const person = await client.userinfo(tokens.accessToken, { subject: claims.sub })
  show('userinfo', person.email === claims.email, `sub ${person.sub}, ${person.email}`)
  const renewed = await client.refresh(tokens.refreshToken)
  show('refresh', renewed.accessToken !== tokens.accessToken, 'another access token')
  await client.revoke(renewed.accessToken)
  show('revoke', true, 'revoked')
  report = await client.introspect(renewed.accessToken)
  show('inactive', report.active === false, `active ${report.active}`)

  let other, again
  for (const step of ['post', 'public', 'pss']) {
    other = clientOf(config, service, `demo-${step}`)
    const started = begin(other)
    again = await other.finishAuthorization(started, await callbackFromBrowser(`browser_${step}`, started.url))
    const seen = again.idToken.header
    show(step, seen.alg === config.clients[`demo-${step}`].id_token_algorithm, `${seen.alg} ${seen.kid}, sub ${again.idToken.claims.sub}`)
  }

  let carried = 0
  const flow = other.flow.refresh(again.refreshToken)
  let step = flow.advance()
  while (!step.done) {
    carried += 1
    step = flow.advance(await send(step.http))
  }
  show('own_transport', step.result.accessToken && carried === 1, `fetch carried ${carried} request`)

  const stranger = begin(client)
  await refusal('wrong_state', 'callback.state_mismatch', () => client.finishAuthorization(stranger, url))
  const [head, body, signature] = tokens.idToken.raw.split('.')
  const forged = `${head}.${body}.${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`
  const own = new Verifier({ issuer: config.issuer, audience: 'demo-basic' })
  await refusal('forged', 'token.signature', () => own.verify(forged))
}

function headerOf (token) {
  const header = JSON.parse(Buffer.from(token.split('.')[0], 'base64url'))
  return `${header.alg} ${header.typ}`
}

/** The host's own transport: here fetch, which every Node has. */
async function send (request) {
  const reply = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    body: request.method === 'GET' ? undefined : request.body,
    redirect: 'manual'
  })
  return { status: reply.status, headers: Object.fromEntries(reply.headers), body: Buffer.from(await reply.arrayBuffer()) }
}

async function sign (config) {
  const claims = { iss: config.token_issuer, aud: config.token_audience, sub: 'from node' }
  const tokens = {}
  for (const algorithm of ALGORITHMS) {
    const known = config.keys[algorithm]
    const key = algorithm === 'HS256' ? new HmacKey(known.secret) : PrivateKey.fromPem(known.private_pem)
    tokens[algorithm] = new Signer(key, { algorithm, kid: known.kid }).signSync(claims, { lifetime: 300 })
  }
  show('sign', Object.keys(tokens).length === ALGORITHMS.length, Object.keys(tokens).join(' '), { tokens })
}

async function verify (config) {
  const publicKeys = KeySet.fromJson(JSON.stringify(config.jwks))
  for (const [host, tokens] of Object.entries(config.signed)) {
    const passed = []
    for (const [algorithm, token] of Object.entries(tokens)) {
      const key = algorithm === 'HS256' ? { key: new HmacKey(config.keys.HS256.secret) } : { key: publicKeys }
      const verifier = new Verifier({ ...key, algorithms: [algorithm], issuer: config.token_issuer, audience: config.token_audience })
      if (verifier.verifySync(token).sub === `from ${host}`) passed.push(algorithm)
    }
    show(`from_${host}`, passed.length === ALGORITHMS.length, passed.join(' '))
  }
}

await { login: mainJob, sign, verify }[process.argv[2]](await nextLine())
process.stdin.destroy()
