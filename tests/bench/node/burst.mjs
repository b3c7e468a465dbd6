// A burst of exchanges, all at once, in a fresh process: `burst.mjs ferroauth|openid-client` (see ../burst.py).
// One JSON line in (the inputs), and two out: what the burst took, and what it left behind.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const CODE = 'SplxlOBeZQQYbYS6WxSbIA'
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

const metadata = (given) => ({
  issuer: given.provider,
  authorization_endpoint: `${given.provider}/authorize`,
  token_endpoint: given.token_endpoint,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256']
})

// Each returns [prepare, exchange].
const kinds = {
  async ferroauth (given) {
    // The package installed in the working directory, as it is for a user's own program.
    const { Client, Service } = createRequire(pathToFileURL(`${process.cwd()}/`))('ferroauth')
    const client = new Client(Service.fromJson(JSON.stringify(metadata(given))), {
      clientId: given.client_id, clientSecret: given.client_secret, redirectUri: given.redirect_uri
    })
    const prepare = () => {
      const pending = client.beginAuthorization({ scopes: ['all'] })
      return [pending, `${given.redirect_uri}?code=${CODE}&state=${pending.state}`]
    }
    return [prepare, async ([pending, url]) => (await client.finishAuthorization(pending, url)).accessToken]
  },
  async 'openid-client' (given) {
    const openid = await import('openid-client')
    const config = new openid.Configuration(metadata(given), given.client_id, given.client_secret, openid.ClientSecretBasic(given.client_secret))
    openid.allowInsecureRequests(config)
    config.timeout = 120
    const url = new URL(`${given.redirect_uri}?code=${CODE}&state=xyz`)
    const checks = { pkceCodeVerifier: VERIFIER, expectedState: 'xyz' }
    return [() => null, async () => (await openid.authorizationCodeGrant(config, url, checks)).access_token]
  }
}

/** Threads and descriptors of this process. */
const held = () => ({ threads: readdirSync('/proc/self/task').length, descriptors: readdirSync('/proc/self/fd').length })
const say = (message) => process.stdout.write(JSON.stringify(message) + '\n')

const lines = createInterface({ input: process.stdin })
for await (const line of lines) {
  const given = JSON.parse(line)
  const [prepare, exchange] = await kinds[process.argv[2]](given)
  await exchange(prepare())
  await pause(50)
  const before = held()
  const ready = Array.from({ length: given.calls }, prepare)
  const start = performance.now()
  const tokens = await Promise.all(ready.map(exchange))
  const ms = performance.now() - start
  if (tokens.length !== given.calls || !tokens.every(Boolean)) throw new Error('a token is missing')
  say({ ms })
  await pause(given.rest_s * 1000)
  await exchange(prepare())
  await pause(300)
  say({ before, after: held(), closed: held() })
  break
}
