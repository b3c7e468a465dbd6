import type { Claims } from './claims.js'
import type { FerroauthError } from './errors.js'
import type { Flow } from './flow.js'
import type { Verifier } from './verifier.js'

/** An object of headers, or headers as pairs: a fetch Headers, a Map, Node's own objects. */
export type HeaderFields =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** A request of node:http, of a framework over it, or of fetch, or its headers. */
export type RequestLike = { readonly headers: HeaderFields } | HeaderFields

export interface ResourceServerOptions {
  /** Names the protected space in challenges. */
  readonly realm?: string | undefined
}

export interface AuthenticateOptions {
  /** What the token must cover, each scope by its exact name. */
  readonly scopes?: readonly string[] | undefined
}

/** On whose behalf a request is made. */
export class Principal<T extends object = {}> {
  private constructor()
  readonly granted: true
  /** The claims of the token, all checked. */
  readonly claims: Claims & T
  /** The scopes of the token. */
  readonly scopes: readonly string[]
  /** The claim `sub`, or `null`. */
  readonly subject: string | null
  /** Whether the token has this very scope. */
  hasScope(name: string): boolean
}

/** What to answer a request that may not go on. */
export class Denial {
  private constructor()
  readonly granted: false
  /** 400, 401, 403, or 503 if the provider's keys cannot be had. */
  readonly status: number
  /** The header fields of the answer, `WWW-Authenticate` among them. */
  readonly headers: Readonly<Record<string, string>>
  /** Why. It is not thrown. */
  readonly error: FerroauthError
}

/** Guards an API: takes the bearer token of a request, and grants it or says what to answer (RFC 6750). */
export class ResourceServer {
  constructor(verifier: Verifier, options?: ResourceServerOptions)
  /** Fetches the provider's keys when it must; if that fails, the denial has status 503. */
  authenticate<T extends object = {}>(request: RequestLike, options?: AuthenticateOptions): Promise<Principal<T> | Denial>
  /** The same without the network: throws KeySetNotLoadedError when keys would have to be fetched. */
  authenticateSync<T extends object = {}>(request: RequestLike, options?: AuthenticateOptions): Principal<T> | Denial
  /** The same decision, carried by the caller. */
  readonly flow: {
    authenticate<T extends object = {}>(request: RequestLike, options?: AuthenticateOptions): Flow<Principal<T> | Denial>
  }
}
