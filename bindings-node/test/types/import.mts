// The types as an ES module sees them. Only compiled: what is marked must not compile, the rest must.

import { createServer } from 'node:http'
import {
  Claims, Client, Decrypter, Encrypter, EncryptionKey, ExpiredTokenError, FerroauthError, Flow, HmacKey, IdToken, JwsVerifier, KeySet, Keyring, LoopbackReceiver, PendingAuthorization, Pkce,
  PrivateKey, ProtectedResource, PublicKey, RedirectUri, Registration, ResourceServer, SaslResponse, Service, Signer, Step, TokenSet, Verifier, decodeUnverified, errorTable, sasl, version,
} from 'ferroauth'
import { Challenge } from 'ferroauth'
import type { Algorithm, ClientOptions, Decrypted, Denial, Event, EventName, Explanation, Principal, Reply, UserClaims } from 'ferroauth'
// @ts-expect-error there is no default export
import whole from 'ferroauth'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Equal<A, B>) => {}

const service: Service = await Service.discover('https://idp.example.com', { network: { timeoutMs: 5000 } })
same<typeof service.issuer, string | null>(true)
Service.preset('frappe', { baseUrl: 'https://erp.example.com' })
Service.fromJson('{}')
Service.fromJson({ issuer: 'x' })
Service.fromJson('{}', { tenant: 'common', quirks: ['no_nonce'], overlay: { issuer: 'https://idp.example.com' } })
// @ts-expect-error: no such quirk
Service.preset('google', { quirks: ['lenient'] })
const needed: readonly string[] = Service.presets()[0]!.needs
const separator: string = service.definition.scope_separator
const settings: unknown = service.render('mailSettingsTemplate', { token: { resource_owner: { mail: 'a@example.com' } }, mode: 'mail' })
const owner: string | null = service.ownerName({ mail: 'a@example.com' }) ?? service.userId({ sub: '1' })
void [needed, separator, settings, owner]
// @ts-expect-error services are not constructed
new Service()
// @ts-expect-error an unknown option
await Service.discover('https://idp.example.com', { timeout: 5 })

const options: ClientOptions = { clientId: 'a', clientSecret: 'b', redirectUri: 'https://app/cb', leeway: 5 }
const client = new Client(service, options)
// @ts-expect-error the client id is required
new Client(service, { clientSecret: 'b' })
// @ts-expect-error a method that does not exist
new Client(service, { clientId: 'a', authenticationMethod: 'secret_handshake' })

new Client(service, { clientId: 'a', requestObjectEncryption: { alg: 'RSA-OAEP-256', enc: 'A256GCM' } })
// @ts-expect-error what shares a secret encrypts no request
new Client(service, { clientId: 'a', requestObjectEncryption: { alg: 'dir', enc: 'A256GCM' } })
// @ts-expect-error both are named
new Client(service, { clientId: 'a', requestObjectEncryption: { alg: 'ECDH-ES' } })
same<Awaited<ReturnType<typeof client.loadKeys>>, void>(true)

const pending: PendingAuthorization = client.beginAuthorization({
  scopes: ['openid'], parameters: { prompt: 'login' }, returnTo: '/',
})
same<typeof pending.url, string | null>(true)
client.beginAuthorization({ prompt: ['login'], maxAge: 5, acrValues: 'mfa', claims: { id_token: { acr: null } }, resource: 'https://a', responseMode: 'jwt' })
// @ts-expect-error a mode that does not exist
client.beginAuthorization({ responseMode: 'pigeon' })
const pushed: PendingAuthorization = await client.pushAuthorization({ authorizationDetails: [{ type: 'payment' }], session: 's' })
same<typeof pushed.urlExpiresAt, number | null>(true)
same<typeof pushed.responseOrigin, string | null>(true)
const proof: string = client.dpopProof('GET', 'https://api.example.com/', { accessToken: 'at' })
const fields: Record<string, string> = client.authorizationHeaders(proof, 'GET', 'https://api.example.com/')
same<typeof fields, Record<string, string>>(true)
const [wanted] = Challenge.parse('Bearer')
if (wanted) client.beginAuthorization(wanted.authorizationOptions())
same<(typeof pending.events)[0]['name'], 'authorization_begun'>(true)
const told = (event: Event): string => {
  if (event.name === 'refresh_failed') return event.code
  if (event.name === 'token_received') return event.grantType
  // @ts-expect-error: only failures have a code
  void event.pushed
  const name: EventName = event.name
  return name
}
void told
const sealed: string = pending.seal(new Uint8Array(32))
client.openPending(sealed, new Keyring([new Uint8Array(32)]))
// @ts-expect-error keys are bytes
pending.seal('key')

for (const callback of ['/cb?code=1', new URL('https://app/cb'), new URLSearchParams(), { code: '1', state: ['a'] }]) {
  const tokens: TokenSet = await client.finishAuthorization(pending, callback)
  same<typeof tokens.expiresAt, number | null>(true)
  same<typeof tokens.refreshToken, string | null>(true)
  same<typeof tokens.idToken, IdToken | null>(true)
  // @ts-expect-error there may be no ID token
  tokens.idToken.claims
  const email: string | undefined = tokens.idToken?.claims.email
  // @ts-expect-error read only
  tokens.accessToken = email
}
const introspection = await client.introspect('token', { tokenTypeHint: 'access_token' })
same<typeof introspection.active, boolean>(true)
same<Awaited<ReturnType<typeof client.revoke>>, void>(true)
const user: UserClaims = await client.userinfo('token', { subject: '1' })
same<typeof user.sub, string>(true)
same<unknown, (typeof user)['anything']>(true)

same<typeof introspection.scopes, readonly string[]>(true)
same<typeof introspection.expiresAt, number | null>(true)

const goodbye = client.beginLogout({ idTokenHint: 'a.b.c', postLogoutRedirectUri: 'https://app/bye', uiLocales: ['de'] })
same<typeof goodbye.state, string | null>(true)
client.finishLogout(new URL('https://app/bye?state=1'), goodbye.state ?? '')
same<ReturnType<typeof client.frontChannelLogout>['sessionId'], string | null>(true)
const ended = await client.verifyLogoutToken('a.b.c', { replay: 'left_to_host' })
same<typeof ended.expiresAt, number>(true)
await client.refresh('token', { idToken: 'a.b.c' })
// @ts-expect-error it is refused or left to the host
await client.verifyLogoutToken('a.b.c', { replay: 'ignored' })
const registration: Registration = await service.register({ redirect_uris: ['https://app/cb'] }, { initialAccessToken: 'a' })
new Client(service, { ...registration.clientOptions, redirectUri: 'https://app/cb' })
await service.deleteRegistration(await service.updateRegistration(Registration.fromJson(registration.toText()), {}))
// @ts-expect-error a registration is not constructed
new Registration()
const resource = await ProtectedResource.discover('https://api.example.com', { signedBy: 'https://idp.example.com' })
for (const issuer of resource.authorizationServers) await Service.discover(issuer)

const secret = new HmacKey('secret')
const bytes = new JwsVerifier(secret, { algorithms: ['HS256'] }).verify('a..b', new Uint8Array(1))
same<typeof bytes.payload, Buffer>(true)
same<(typeof bytes.signatures)[number]['keyId'], string | null>(true)
// @ts-expect-error a private key does not verify
new JwsVerifier(PrivateKey.generate('ES256'), { algorithms: ['ES256'] })
const general: string = Signer.signGeneralJson([new Signer(secret, { algorithm: 'HS256' })], 'text', { headers: [null], detached: true })
new JwsVerifier(KeySet.fromJson('{}'), { algorithms: ['ES256'] }).verifyJson(JSON.parse(general), 'text')
const verifier = new Verifier({ key: secret, algorithms: ['HS256'], issuer: null, audience: ['a', 'b'] })
new Verifier({ issuer: 'https://idp.example.com', audience: 'api', jwksUri: 'https://idp.example.com/jwks' })
new Verifier({ key: KeySet.fromJson('{"keys":[]}'), issuer: null, audience: null })
// @ts-expect-error the issuer is left out in silence
new Verifier({ key: secret, algorithms: ['HS256'], audience: 'api' })
// @ts-expect-error the audience is left out in silence
new Verifier({ key: secret, algorithms: ['HS256'], issuer: null })
// @ts-expect-error a private key does not verify
new Verifier({ key: PrivateKey.generate('ES256'), issuer: null, audience: null })
// @ts-expect-error bytes are no key
new Verifier({ key: new Uint8Array(32), issuer: null, audience: null })
// @ts-expect-error either keys at hand or the issuer's
new Verifier({ key: secret, jwksUri: 'https://idp.example.com/jwks', issuer: null, audience: null })

const claims = verifier.verifySync<{ readonly roles: readonly string[] }>('token')
same<typeof claims.roles, readonly string[]>(true)
same<typeof claims.sub, string | undefined>(true)
const raw: string = Claims.raw(claims)
const alg: string = Claims.header(claims).alg
const later: Promise<Claims> = verifier.verify('token')
verifier.importKeys(verifier.exportKeys() ?? '{}')

const key = PrivateKey.generate('ES256', { kid: 'k1' })
const publicKey: PublicKey = key.publicKey()
const algorithm: Algorithm | null = publicKey.algorithm
// @ts-expect-error a symmetric algorithm has no key pair
PrivateKey.generate('HS256')
PrivateKey.fromPem('', { passphrase: new Uint8Array(8), kid: 'k' }).toPem({ passphrase: 'text' })
same<ReturnType<typeof key.toRaw>, Buffer>(true)
PublicKey.fromRaw(publicKey.toRaw(), 'ML-DSA-65', { kid: 'k' })
// @ts-expect-error RSA keys have no raw form
PublicKey.fromRaw(publicKey.toRaw(), 'RS256')
const published: string = JSON.stringify(KeySet.fromKeys([key, key.publicKey(), secret]))
// @ts-expect-error a set has keys, and no texts
KeySet.fromKeys([published])
// @ts-expect-error keys of different kinds do not stand for each other
const wrong: PublicKey = secret
const signer = new Signer(key, { algorithm: 'ES256', kid: 'k1' })
const token: string = signer.signSync({ sub: '42' }, { lifetime: 300 })
// @ts-expect-error a public key does not sign
new Signer(publicKey, { algorithm: 'ES256' })

const encryptionKey = EncryptionKey.generate('ECDH-ES+A256KW', { curve: 'X25519', kid: 'e1' })
encryptionKey.toPem({ passphrase: new Uint8Array(8) })
// @ts-expect-error a passphrase is text or bytes
encryptionKey.toPem({ passphrase: 7 })
const bound: Algorithm | null = secret.algorithm
// @ts-expect-error the public half is a key of its own
key.publicJwk()
const encrypter = new Encrypter(encryptionKey.publicKey(), { encryption: 'A256GCM', apu: new Uint8Array(4) })
const encrypted: string = encrypter.encrypt(token, { contentType: 'JWT' })
const json: string = encrypter.encryptJson(new Uint8Array(8), { aad: new Uint8Array(8) })
const decrypted: Decrypted = new Decrypter([encryptionKey], { encryptions: ['A256GCM'] }).decrypt(encrypted)
same<typeof decrypted.plaintext, Buffer>(true)
same<typeof decrypted.aad, Buffer | null>(true)
new Verifier({ key: secret, algorithms: ['HS256'], issuer: null, audience: null, decrypter: new Decrypter(encryptionKey) })
// @ts-expect-error a signing key does not encrypt
new Encrypter(key)
// @ts-expect-error RSA1_5 is not offered
EncryptionKey.generate('RSA1_5')
// @ts-expect-error the algorithm is left out in silence
EncryptionKey.fromSecret('x')

const redirect = RedirectUri.classify('http://localhost:3000/cb')
same<typeof redirect.kind, 'https' | 'loopback' | 'private_network' | 'custom_scheme' | 'refused'>(true)
const words: string[] = redirect.reasons.map((reason) => reason.text)
// @ts-expect-error read only
redirect.accepted = words.length > 0
const loopback = new LoopbackReceiver({ host: 'localhost', path: '/cb' })
const callback: string = await loopback.receive({ state: 'state', timeoutMs: 1000 })
const forwarded: number = await loopback.forward(callback)
// @ts-expect-error it listens on this machine only
new LoopbackReceiver({ host: '0.0.0.0', port: forwarded })
const mail: SaslResponse = sasl.oauthbearer('user@example.com', 'token', { host: 'mail.example.com', port: 993 })
same<typeof mail.mechanism, 'XOAUTH2' | 'OAUTHBEARER'>(true)
same<ReturnType<typeof sasl.challenge>['error'], FerroauthError>(true)
// @ts-expect-error XOAUTH2 knows no server
sasl.xoauth2('user@example.com', 'token', { host: 'mail.example.com' })

const { verifier: code, challenge, method } = Pkce.generate()
same<typeof method, 'S256'>(true)
same<ReturnType<typeof Pkce.verify>, boolean>(true)

async function carry<T>(flow: Flow<T>): Promise<T> {
  let step: Step<T> = flow.advance()
  while (!step.done) {
    if (step.http) {
      const { method, url, headers, body, timeoutMs } = step.http
      const response = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(timeoutMs) })
      const reply: Reply = { status: response.status, headers: response.headers, body: await response.arrayBuffer() }
      step = flow.advance(reply)
    } else {
      same<typeof step.sleep, number>(true)
      step = flow.advance({ slept: true })
    }
  }
  return step.result
}
const carried: TokenSet = await carry(client.flow.refresh('token', { scopes: ['a'] }))
const discovered: Service = await carry(Service.flow.discover('https://idp.example.com'))
const checked: Claims = await carry(verifier.flow.verify('token'))

const api = new ResourceServer(verifier, { realm: 'api' })
createServer(async (request, response) => {
  const caller = await api.authenticate<{ readonly roles: readonly string[] }>(request, { scopes: ['read'] })
  if (!caller.granted) {
    same<typeof caller.status, number>(true)
    response.writeHead(caller.status, { ...caller.headers }).end(caller.error.code)
    // @ts-expect-error a denial has no claims
    caller.claims
    return
  }
  same<typeof caller.subject, string | null>(true)
  same<typeof caller.claims.roles, readonly string[]>(true)
  // @ts-expect-error a principal has no error
  caller.error
})
api.authenticateSync(new Headers())
api.authenticateSync(new Request('http://x'))
api.authenticateSync({ authorization: ['a', 'b'] })
const decided: Principal | Denial = await carry(api.flow.authenticate([['authorization', 'a']]))
// @ts-expect-error a text is no request
api.authenticateSync('Bearer a')
// @ts-expect-error scopes are a list
api.authenticateSync({}, { scopes: 'read' })

try {
  verifier.verifySync('token')
} catch (error) {
  if (error instanceof ExpiredTokenError) {
    same<typeof error.code, string>(true)
    const report: Explanation | null = error.explain()
    report?.clock_delta
  }
  if (error instanceof FerroauthError) {
    const wait: number | undefined = error.retryAfter
  }
}
// @ts-expect-error errors come from the package
new ExpiredTokenError('mine')

const header: string = decodeUnverified('token').header.alg
const row: number | undefined = errorTable()[0]?.number
same<typeof version, string>(true)
