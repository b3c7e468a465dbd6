export interface JoseHeader {
  readonly alg: string
  readonly kid?: string
  readonly typ?: string
  readonly [name: string]: unknown
}

/**
 * Claims: an object without a prototype, so that an absent claim is `undefined` whatever its name.
 * What is not a claim is read with the functions of the same name.
 */
export interface Claims {
  readonly iss?: string
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly exp?: number
  readonly nbf?: number
  readonly iat?: number
  readonly jti?: string
  readonly [claim: string]: unknown
}

export const Claims: {
  /** The JSON text of the claims, byte for byte as it was signed. */
  raw(claims: Claims): string
  /** The token's JOSE header. */
  header(claims: Claims): JoseHeader
}

export interface UserClaims {
  readonly sub: string
  readonly name?: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly preferred_username?: string
  readonly [claim: string]: unknown
}

export interface IdTokenClaims extends Claims {
  readonly iss: string
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly nonce?: string
  readonly auth_time?: number
  readonly azp?: string
  readonly name?: string
  readonly email?: string
  readonly email_verified?: boolean
}
