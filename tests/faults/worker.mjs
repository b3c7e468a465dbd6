// The Node host of the fault runner: does one operation for each line of standard input.

import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const { BackchannelAuthentication, Client, DeviceAuthorization, FerroauthError, ProtectedResource, Registration, Service, Verifier } = createRequire(
  join(resolve(process.env.FERROAUTH_INSTALLED), 'index.js'),
)('ferroauth')
const REDIRECT_URI = 'https://app.example.com/callback'

/** The options of one call: another deadline each time, so that no host takes an object of the call before. */
const network = ({ network: given }, call) => ({
  connectTimeoutMs: given.connect_timeout_ms,
  timeoutMs: given.timeout_ms + call,
  extraRootsPem: given.extra_roots_pem,
})
const testing = (cell) => cell.testing ?? undefined

function discovery(cell) {
  return (call) => Service.discover(cell.issuer, { network: network(cell, call), testing: testing(cell) })
}

function verification(cell) {
  const jwksUri = cell.jwks_uri ?? undefined
  const verifier = new Verifier({ issuer: cell.issuer, audience: 'api', jwksUri, network: network(cell, 0), testing: testing(cell) })
  if (cell.keys !== null) verifier.importKeys(cell.keys)
  return (call) => {
    if (cell.testing !== null) verifier.setTestingClock(cell.testing.now + call * cell.advance)
    return verifier.verify(cell.jwt)
  }
}

function client(cell) {
  const service = Service.fromJson(cell.service)
  const client = new Client(service, { clientId: 'app', clientSecret: cell.secret, redirectUri: REDIRECT_URI, ...cell.client })
  const calls = {
    token: () => {
      const pending = client.beginAuthorization()
      return client.finishAuthorization(pending, `${REDIRECT_URI}?code=${cell.token}&state=${pending.state}`)
    },
    refresh: () => client.refresh(cell.token),
    introspection: () => client.introspect(cell.token),
    revocation: () => client.revoke(cell.token),
    userinfo: () => client.userinfo(cell.token),
    pushed: () => client.pushAuthorization(),
    exchange: () => client.exchangeToken(cell.token, { subjectTokenType: 'access_token' }),
    device: () => client.deviceAuthorization(),
    devicepoll: () => client.pollDeviceToken(DeviceAuthorization.restore(cell.begun)),
    devicewait: () => client.deviceToken(DeviceAuthorization.restore(cell.begun)),
    backchannel: () => client.backchannelAuthentication({ scopes: ['openid'], idTokenHint: cell.token }),
    cibapoll: () => client.pollBackchannelToken(BackchannelAuthentication.restore(cell.begun)),
    cibawait: () => client.backchannelToken(BackchannelAuthentication.restore(cell.begun)),
  }
  return calls[cell.operation]
}

function registration(cell) {
  const service = Service.fromJson(cell.service)
  const registered = Registration.fromJson(cell.registration)
  const metadata = { redirect_uris: [REDIRECT_URI] }
  const calls = {
    register: () => service.register(metadata, { initialAccessToken: cell.token }),
    update: () => service.updateRegistration(registered, metadata),
    delete: () => service.deleteRegistration(registered),
  }
  return calls[cell.operation]
}

function resource(cell) {
  return (call) => ProtectedResource.discover(cell.issuer, { network: network(cell, call), testing: testing(cell) })
}

const makers = { discovery, jwks: verification, keep: verification, register: registration, update: registration, delete: registration, resource }

async function perform(cell) {
  const once = (makers[cell.operation] ?? client)(cell)
  const result = { codes: [], ms: [], message: '', retry_after: null, expires_at: null }
  for (let call = 0; call < cell.calls; call += 1) {
    if (cell.pause_ms > 0) await new Promise((done) => setTimeout(done, cell.pause_ms))
    const start = performance.now()
    let code = 'ok'
    try {
      const answer = await once(call)
      result.expires_at = answer?.expiresAt ?? null
    } catch (error) {
      const typed = error instanceof FerroauthError
      code = typed ? error.code : `not typed: ${error}`
      result.message = `${error.message} ${JSON.stringify(error)} ${error.stack}`
      result.retry_after = error.retryAfter ?? null
    }
    result.ms.push(performance.now() - start)
    result.codes.push(code)
  }
  return result
}

/** Many rounds over the cells, of which only those are told that came out otherwise. */
async function rounds(asked) {
  const wrong = []
  for (let round = 0; round < asked.rounds; round += 1) {
    for (const cell of asked.cells) {
      const { codes } = await perform(cell)
      if (codes.join() !== cell.expected.join()) wrong.push([cell.id, codes])
    }
  }
  return { wrong: wrong.slice(0, 20), count: wrong.length }
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line)
  const result = await ('rounds' in asked ? rounds : perform)(asked)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
