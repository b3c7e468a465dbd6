import type { UserClaims } from './claims.js'
import type { Algorithm, TestingOptions } from './common.js'
import type { ContentEncryption, Decrypter } from './encryption.js'
import type { AuthorizationBegun } from './events.js'
import type { Flow } from './flow.js'
import type {
  BackchannelAuthentication,
  BackchannelOptions,
  DeviceAuthorization,
  ExchangeOptions,
  GrantOptions,
} from './grants.js'
import type { Keyring, PrivateKey } from './keys.js'
import type { FrontChannelLogout, LogoutRequest, LogoutToken } from './replies.js'
import type { Service } from './service.js'
import type { Introspection, TokenSet } from './tokens.js'

/** `civi_connect` is CiviCRM's: the client id is an Ed25519 key, the secret a fresh JWT under it. */
export type AuthenticationMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'client_secret_jwt'
  | 'private_key_jwt'
  | 'tls_client_auth'
  | 'self_signed_tls_client_auth'
  | 'civi_connect'
  | 'none'

export interface ClientOptions {
  readonly clientId: string
  /** Absent for a public client. */
  readonly clientSecret?: string | undefined
  readonly redirectUri?: string | undefined
  /** Default: what fits the credentials and is among what the provider announces. */
  readonly authenticationMethod?: AuthenticationMethod | undefined
  /** Signs the assertions of `private_key_jwt`, and what `civi_connect` sends. */
  readonly assertionKey?: PrivateKey | undefined
  /** Default: the key's own; RS256 for an RSA key that is bound to none. */
  readonly assertionAlgorithm?: Algorithm | undefined
  /** Whom assertions are for. Default `issuer`; the other for providers that accept nothing else. */
  readonly assertionAudience?: 'issuer' | 'token_endpoint' | undefined
  /** The client's TLS certificate in PEM, its chain after it; with `certificateKey`. */
  readonly certificate?: string | undefined
  readonly certificateKey?: string | undefined
  /** Binds tokens to a key (RFC 9449); without a `dpopKey` one is made, see `client.dpopKey`. */
  readonly dpop?: boolean | undefined
  readonly dpopKey?: PrivateKey | undefined
  /** Signs authorization requests (RFC 9101). */
  readonly requestObjectKey?: PrivateKey | undefined
  /**
   * Encrypts the signed requests for a key of the provider's set that has `use: enc`. `loadKeys` goes before `beginAuthorization` then.
   */
  readonly requestObjectEncryption?: RequestObjectEncryption | undefined
  /** Algorithms that authorization responses may be signed with, in the signed response modes. */
  readonly authorizationResponseAlgorithms?: readonly Algorithm[] | undefined
  /** Algorithms that ID tokens may be signed with. Default: what the provider announces and we support. */
  readonly idTokenAlgorithms?: readonly Algorithm[] | undefined
  /** Userinfo must be signed, with one of these. */
  readonly userinfoAlgorithms?: readonly Algorithm[] | undefined
  /** Introspection replies must be signed (RFC 9701), with one of these. */
  readonly introspectionAlgorithms?: readonly Algorithm[] | undefined
  /** Seconds for which an active introspection reply is kept, 0 to 60. Default 0. */
  readonly introspectionCache?: number | undefined
  /** Opens what the provider encrypts: ID tokens, logout tokens, userinfo, introspection replies. */
  readonly decrypter?: Decrypter | undefined
  /** Clock tolerance for ID tokens, 0 to 300 seconds. */
  readonly leeway?: number | undefined
  /** Seconds that a user has for logging in. Default 600. */
  readonly pendingLifetime?: number | undefined
  readonly testing?: TestingOptions | undefined
}

/** How authorization requests are encrypted: the names of RFC 7518. */
export interface RequestObjectEncryption {
  readonly alg: 'RSA-OAEP' | 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A128KW' | 'ECDH-ES+A256KW'
  readonly enc: ContentEncryption
}

export interface AuthorizationOptions {
  readonly scopes?: readonly string[] | undefined
  /** Parameters that have no option of their own. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** A path of this site to which the user returns after the login. */
  readonly returnTo?: string | undefined
  /** `none`, or some of `login`, `consent`, `select_account`, `create`. */
  readonly prompt?: string | readonly string[] | undefined
  readonly loginHint?: string | undefined
  /** The user must have logged in within these seconds; the ID token is checked for it. */
  readonly maxAge?: number | undefined
  readonly acrValues?: string | readonly string[] | undefined
  readonly uiLocales?: string | readonly string[] | undefined
  readonly idTokenHint?: string | undefined
  /** OpenID Connect Core 5.5; an essential `acr` or `auth_time` and a `sub` with a value are checked in the ID token. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
  /** The APIs that the access token is for (RFC 8707): absolute URIs without fragment. */
  readonly resource?: string | readonly string[] | undefined
  /** What the access token is to allow (RFC 9396). */
  readonly authorizationDetails?: readonly Readonly<{ type: string; [name: string]: unknown }>[] | undefined
  /** How the response is to come. Default `query`. */
  readonly responseMode?: ResponseMode | undefined
  /** The host's session: the login ends only where the same text is given. */
  readonly session?: string | undefined
}

/** `jwt` and what ends in it are signed (JARM). */
export type ResponseMode =
  | 'query'
  | 'fragment'
  | 'form_post'
  | 'web_message'
  | 'jwt'
  | 'query.jwt'
  | 'fragment.jwt'
  | 'form_post.jwt'

/** What the host knows about the way in which a callback came. */
export interface CallbackOptions {
  /** The origin that a message came from (`event.origin`). */
  readonly origin?: string | undefined
  /** The host's session, where the login was bound to one. */
  readonly session?: string | undefined
  /** How it came, where the host can tell. */
  readonly responseMode?: 'query' | 'fragment' | 'form_post' | 'web_message' | undefined
}

export interface DpopProofOptions {
  /** The access token of the request. */
  readonly accessToken?: string | undefined
  /** Default: the one that the URL's origin handed out last. */
  readonly nonce?: string | undefined
}

export interface ScopeOptions {
  readonly scopes?: readonly string[] | undefined
}

export interface RefreshOptions extends ScopeOptions {
  /** Some of the granted resources, to which the access token is narrowed (RFC 8707). */
  readonly resource?: readonly string[] | undefined
  /** The earlier ID token (`tokens.idToken.raw`): a new one must be about the same login. */
  readonly idToken?: string | undefined
  /** The `sub` of the earlier ID token, in place of the token itself. */
  readonly subject?: string | undefined
}

export interface LogoutOptions {
  /** The ID token of the session that ends. */
  readonly idTokenHint?: string | undefined
  /** Where the provider sends the browser afterwards. */
  readonly postLogoutRedirectUri?: string | undefined
  /** What comes back with the browser; a random one unless it is given. */
  readonly state?: string | undefined
  readonly uiLocales?: readonly string[] | undefined
  readonly logoutHint?: string | undefined
}

export interface LogoutTokenOptions {
  /** `left_to_host`: the caller remembers `tokenId` until `expiresAt`, for all of its processes. */
  readonly replay?: 'refused' | 'left_to_host' | undefined
}

export interface TokenHintOptions {
  readonly tokenTypeHint?: 'access_token' | 'refresh_token' | undefined
}

export interface UserinfoOptions {
  /** The `sub` that the answer must be about. */
  readonly subject?: string | undefined
}

/** What the browser came back with: `req.url`, a full URL, or the parameters. */
export type Callback = string | URL | URLSearchParams | Readonly<Record<string, string | readonly string[] | undefined>>

/** Keys for sealing: 32 bytes, or a Keyring. */
export type SealingKey = Uint8Array | Keyring

/** An OAuth client at one provider. Immutable; make it once and use it everywhere. */
export class Client {
  constructor(service: Service, options: ClientOptions)
  readonly clientId: string
  /** The thumbprint of the certificate, as bound tokens have it in `cnf` (`x5t#S256`). */
  readonly certificateThumbprint: string | null
  /** The same operations, carried by the caller. */
  readonly flow: ClientFlow
  /** Begins a login: PKCE, state and nonce always. No network. */
  beginAuthorization(options?: AuthorizationOptions): PendingAuthorization
  /** Opens what `pending.seal` returned. */
  openPending(sealed: string, key: SealingKey): PendingAuthorization
  /** Checks the callback, exchanges the code and verifies the ID token. */
  finishAuthorization(pending: PendingAuthorization, callback: Callback, options?: CallbackOptions): Promise<TokenSet>
  /** As `beginAuthorization`, and pushes the request to the provider (RFC 9126): the browser carries a reference. */
  pushAuthorization(options?: AuthorizationOptions): Promise<PendingAuthorization>
  /** Fetches the provider's keys unless good ones are at hand, in which case nothing is sent. */
  loadKeys(): Promise<void>
  /** A DPoP proof for a request of the application's own. */
  dpopProof(method: string, url: string, options?: DpopProofOptions): string
  /** The header fields that show an access token to an API: `authorization`, and `dpop` where the client has a key. */
  authorizationHeaders(tokens: TokenSet | string, method: string, url: string): Record<string, string>
  /** Takes the `DPoP-Nonce` field of a reply to a request of the application's own. */
  rememberDpopNonce(url: string, nonce: string): void
  /** The key that the client's tokens are bound to, to be kept where they are kept. */
  readonly dpopKey: PrivateKey | null
  refresh(refreshToken: string, options?: RefreshOptions): Promise<TokenSet>
  /** A token for the client itself. */
  clientCredentials(options?: GrantOptions): Promise<TokenSet>
  /** RFC 6749 section 4.3: legacy, for providers that offer nothing else. */
  password(username: string, password: string, options?: GrantOptions): Promise<TokenSet>
  /** RFC 7523. */
  jwtBearer(assertion: string, options?: GrantOptions): Promise<TokenSet>
  /** RFC 7522: the XML, or what base64url makes of it. */
  samlBearer(assertion: string, options?: GrantOptions): Promise<TokenSet>
  /** A grant of the provider's own: its absolute URI or its name, with `parameters`. */
  tokenRequest(extension: string, options?: GrantOptions): Promise<TokenSet>
  /** RFC 8693. */
  exchangeToken(subjectToken: string, options: ExchangeOptions): Promise<TokenSet>
  /** Begins a login on another device (RFC 8628). */
  deviceAuthorization(options?: GrantOptions): Promise<DeviceAuthorization>
  /** Waits until the user has answered, at the provider's pace. */
  deviceToken(authorization: DeviceAuthorization): Promise<TokenSet>
  /** Asks once; `null` while the user has not answered. */
  pollDeviceToken(authorization: DeviceAuthorization): Promise<TokenSet | null>
  /** Asks the provider to authenticate a user on another device (CIBA, poll mode). */
  backchannelAuthentication(options: BackchannelOptions): Promise<BackchannelAuthentication>
  /** Waits until the user has answered, at the provider's pace. */
  backchannelToken(authentication: BackchannelAuthentication): Promise<TokenSet>
  /** Asks once; `null` while the user has not answered. */
  pollBackchannelToken(authentication: BackchannelAuthentication): Promise<TokenSet | null>
  introspect(token: string, options?: TokenHintOptions): Promise<Introspection>
  revoke(token: string, options?: TokenHintOptions): Promise<void>
  userinfo(accessToken: string, options?: UserinfoOptions): Promise<UserClaims>
  /** Begins a logout at the provider: send the browser to `url`. No network. */
  beginLogout(options?: LogoutOptions): LogoutRequest
  /** Checks what the browser brought back from the provider's logout: the state that the session kept. No network. */
  finishLogout(callback: Callback, state: string): void
  /** Checks a logout that came through the browser; with `sessionId` it must name this provider and this session. No network. */
  frontChannelLogout(request: Callback, options?: { readonly sessionId?: string | undefined }): FrontChannelLogout
  /** Verifies a logout token that the provider posted; one that this process has seen before is refused. */
  verifyLogoutToken(token: string, options?: LogoutTokenOptions): Promise<LogoutToken>
}

export interface ClientFlow {
  finishAuthorization(pending: PendingAuthorization, callback: Callback, options?: CallbackOptions): Flow<TokenSet>
  pushAuthorization(options?: AuthorizationOptions): Flow<PendingAuthorization>
  loadKeys(): Flow<void>
  refresh(refreshToken: string, options?: RefreshOptions): Flow<TokenSet>
  clientCredentials(options?: GrantOptions): Flow<TokenSet>
  password(username: string, password: string, options?: GrantOptions): Flow<TokenSet>
  jwtBearer(assertion: string, options?: GrantOptions): Flow<TokenSet>
  samlBearer(assertion: string, options?: GrantOptions): Flow<TokenSet>
  tokenRequest(extension: string, options?: GrantOptions): Flow<TokenSet>
  exchangeToken(subjectToken: string, options: ExchangeOptions): Flow<TokenSet>
  deviceAuthorization(options?: GrantOptions): Flow<DeviceAuthorization>
  deviceToken(authorization: DeviceAuthorization): Flow<TokenSet>
  pollDeviceToken(authorization: DeviceAuthorization): Flow<TokenSet | null>
  backchannelAuthentication(options: BackchannelOptions): Flow<BackchannelAuthentication>
  backchannelToken(authentication: BackchannelAuthentication): Flow<TokenSet>
  pollBackchannelToken(authentication: BackchannelAuthentication): Flow<TokenSet | null>
  introspect(token: string, options?: TokenHintOptions): Flow<Introspection>
  revoke(token: string, options?: TokenHintOptions): Flow<void>
  userinfo(accessToken: string, options?: UserinfoOptions): Flow<UserClaims>
  verifyLogoutToken(token: string, options?: LogoutTokenOptions): Flow<LogoutToken>
}

/** An authorization that was begun: send the browser to `url`, keep the rest for the callback. */
export class PendingAuthorization {
  private constructor()
  /** `null` for one that was sealed and opened again. */
  readonly url: string | null
  readonly state: string
  readonly returnTo: string | null
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** Until when the URL of a pushed request is good, seconds since the epoch. */
  readonly urlExpiresAt: number | null
  /** With the response mode `web_message`: where the message comes from (`event.origin`). */
  readonly responseOrigin: string | null
  /** With the response mode `web_message`: where the page that took the message goes on. */
  readonly continueUrl: string | null
  /** That it was begun; empty for one that was sealed and opened again. */
  readonly events: readonly AuthorizationBegun[]
  /** An encrypted text for the user's session. */
  seal(key: SealingKey): string
}
