import type { UserClaims } from './claims.js'
import type { Algorithm, TestingOptions } from './common.js'
import type { Flow } from './flow.js'
import type { Keyring, PrivateKey } from './keys.js'
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
  /** Algorithms that ID tokens may be signed with. Default: what the provider announces and we support. */
  readonly idTokenAlgorithms?: readonly Algorithm[] | undefined
  /** Clock tolerance for ID tokens, 0 to 300 seconds. */
  readonly leeway?: number | undefined
  /** Seconds that a user has for logging in. Default 600. */
  readonly pendingLifetime?: number | undefined
  readonly testing?: TestingOptions | undefined
}

export interface AuthorizationOptions {
  readonly scopes?: readonly string[] | undefined
  /** Further parameters of the request: `prompt`, `login_hint`, `max_age`, ... */
  readonly parameters?: Readonly<Record<string, string>> | undefined
  /** A path of this site to which the user returns after the login. */
  readonly returnTo?: string | undefined
}

export interface ScopeOptions {
  readonly scopes?: readonly string[] | undefined
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
  finishAuthorization(pending: PendingAuthorization, callback: Callback): Promise<TokenSet>
  refresh(refreshToken: string, options?: ScopeOptions): Promise<TokenSet>
  clientCredentials(options?: ScopeOptions): Promise<TokenSet>
  introspect(token: string, options?: TokenHintOptions): Promise<Introspection>
  revoke(token: string, options?: TokenHintOptions): Promise<void>
  userinfo(accessToken: string, options?: UserinfoOptions): Promise<UserClaims>
}

export interface ClientFlow {
  finishAuthorization(pending: PendingAuthorization, callback: Callback): Flow<TokenSet>
  refresh(refreshToken: string, options?: ScopeOptions): Flow<TokenSet>
  clientCredentials(options?: ScopeOptions): Flow<TokenSet>
  introspect(token: string, options?: TokenHintOptions): Flow<Introspection>
  revoke(token: string, options?: TokenHintOptions): Flow<void>
  userinfo(accessToken: string, options?: UserinfoOptions): Flow<UserClaims>
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
  /** An encrypted text for the user's session. */
  seal(key: SealingKey): string
}
