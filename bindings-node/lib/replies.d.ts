import type { Algorithm, JsonDocument, NetworkOptions, TestingOptions } from './common.js'
import type { ClientOptions } from './client.js'
import type { Flow } from './flow.js'

/** A logout to be asked for: send the browser to `url`. */
export class LogoutRequest {
  private constructor()
  /** It may carry the ID token. */
  readonly url: string
  /** Keep it for `client.finishLogout`; `null` if the browser does not come back. */
  readonly state: string | null
  toJSON(): Record<string, unknown>
}

/** A logout that came through the browser. */
export class FrontChannelLogout {
  private constructor()
  /** The provider, if the request names it. */
  readonly issuer: string | null
  /** The session that ended at the provider (`sid`), if the request names it. */
  readonly sessionId: string | null
}

/** A verified logout token: end the session `sessionId`, or without one all sessions of `subject`. */
export class LogoutToken {
  private constructor()
  readonly issuer: string
  readonly subject: string | null
  readonly sessionId: string | null
  /** `jti`, for a host that remembers tokens for all of its processes. */
  readonly tokenId: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
  /** Seconds since the epoch. */
  readonly expiresAt: number
  readonly claims: Readonly<Record<string, unknown>>
}

/** A client's metadata by the names of RFC 7591: `redirect_uris`, `client_name`, `jwks`, ... */
export type ClientMetadata = Readonly<Record<string, unknown>>

export interface RegisterOptions {
  /** A token that the provider may ask for. */
  readonly initialAccessToken?: string | undefined
  /** A signed JWT about the software. */
  readonly softwareStatement?: string | undefined
}

/** A client as a provider has registered it (RFC 7591). Its secrets print as `***`; `toText` has them, for a store. */
export class Registration {
  private constructor()
  /** What `toText` wrote. */
  static fromJson(json: JsonDocument): Registration
  /** The client information response as JSON text, secrets included. */
  toText(): string
  readonly clientId: string
  readonly clientSecret: string | null
  /** Seconds since the epoch; `null` if it does not expire. */
  readonly clientSecretExpiresAt: number | null
  /** Whether the provider lets it be read, updated and deleted (RFC 7592). */
  readonly manageable: boolean
  /** As registered, which may be other than was asked for. */
  readonly metadata: ClientMetadata
  /** What the registration decides about a client: `new Client(service, { ...registration.clientOptions })`. */
  readonly clientOptions: ClientOptions
  toJSON(): Record<string, unknown>
}

export interface ProtectedResourceOptions {
  /** The `resource_metadata` of a challenge. */
  readonly metadataUrl?: string | undefined
  /** The issuer that must have signed the metadata. */
  readonly signedBy?: string | undefined
  readonly algorithms?: readonly Algorithm[] | undefined
  readonly network?: NetworkOptions | undefined
  readonly testing?: TestingOptions | undefined
}

/** What a protected resource says about itself (RFC 9728). */
export class ProtectedResource {
  private constructor()
  /** Asks a protected resource which authorization servers it trusts. `resource`: the URL that requests to it are made with. */
  static discover(resource: string, options?: ProtectedResourceOptions): Promise<ProtectedResource>
  /** The same, carried by the caller. */
  static readonly flow: { discover(resource: string, options?: ProtectedResourceOptions): Flow<ProtectedResource> }
  readonly resource: string
  /** Issuers, for `Service.discover`. */
  readonly authorizationServers: readonly string[]
  readonly scopes: readonly string[]
  /** All members, without a prototype. */
  readonly metadata: Readonly<Record<string, unknown>>
}
