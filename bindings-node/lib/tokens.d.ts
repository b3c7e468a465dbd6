import type { IdTokenClaims, JoseHeader } from './claims.js'
import type { Quirk } from './service.js'

/** The result of a grant. Its secrets print as `***`, also in JSON; read them by name. */
export class TokenSet {
  private constructor()
  readonly accessToken: string
  readonly tokenType: 'Bearer' | 'DPoP'
  /** Seconds since the epoch, or `null` if the provider did not say. */
  readonly expiresAt: number | null
  readonly refreshToken: string | null
  readonly scopes: readonly string[]
  /** Scopes that the provider granted although nobody asked for them. */
  readonly unrequestedScopes: readonly string[]
  readonly idToken: IdToken | null
  /** The declared quirks of the service that this grant took; empty if everything was as the specifications have it. */
  readonly quirks: readonly Quirk[]
  /** What a token exchange issued (RFC 8693), a URI. */
  readonly issuedTokenType: string | null
  /** The rights that were granted (RFC 9396): objects with a `type`. */
  readonly authorizationDetails: readonly Readonly<Record<string, unknown>>[] | null
  /** Further members of the reply. */
  readonly extra: Readonly<Record<string, unknown>>
  toJSON(): Record<string, unknown>
}

/** A verified ID token. */
export class IdToken {
  private constructor()
  /** The compact token, for `id_token_hint`. */
  readonly raw: string
  readonly header: JoseHeader
  readonly claims: IdTokenClaims
  toJSON(): Record<string, unknown>
}

/** What the provider says about a token (RFC 7662). */
export class Introspection {
  private constructor()
  /** Whether the token is good now. Nothing else counts when it is not. */
  readonly active: boolean
  readonly scopes: readonly string[]
  readonly clientId: string | null
  readonly username: string | null
  readonly tokenType: string | null
  readonly subject: string | null
  readonly audience: readonly string[]
  readonly issuer: string | null
  readonly tokenId: string | null
  /** Seconds since the epoch, as the two that follow. */
  readonly expiresAt: number | null
  readonly issuedAt: number | null
  readonly notBefore: number | null
  /** All members of the reply, without a prototype. */
  readonly claims: Readonly<Record<string, unknown>> & { readonly active: boolean }
}
