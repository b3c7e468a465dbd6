import type { Claims, JoseHeader } from './claims.js'
import type { Algorithm, JsonDocument, NetworkOptions, TestingOptions } from './common.js'
import type { Decrypter } from './encryption.js'
import type { Flow } from './flow.js'
import type { HmacKey, KeySet, PrivateKey, PublicKey } from './keys.js'

/** Kinds of tokens that exclude each other. */
export type TokenProfile =
  | 'generic'
  | 'id_token'
  | 'access_token'
  | 'logout_token'
  | 'client_assertion'
  | 'introspection_response'
  | 'security_event'

/** What is known of one token, beside what is asked of every one: of an ID token, what belongs to its request. */
export interface KnownOfToken {
  /** The nonce that was sent. An ID token with a nonce is refused where none is given here. */
  readonly nonce?: string | undefined
  /** The access token that came along: `at_hash` must match it where present. */
  readonly accessToken?: string | undefined
  /** The authorization code that came along: `c_hash` must match it where present. */
  readonly code?: string | undefined
  /** `auth_time` must be there and not be older, seconds. */
  readonly maxAuthenticationAge?: number | undefined
}

interface VerifierChecks {
  /**
   * The exact issuer, several, or a template with `{tenantid}` as a segment of its path; `null` says that it is not checked.
   * Each of several issuers verifies with its own discovered keys only, unless there is a `key` or a `jwksUri` for all.
   */
  readonly issuer: string | readonly string[] | null
  /** The tenants of an issuer template; `null` says all of them, which needs a `jwksUri` or a `key`. */
  readonly tenants?: readonly string[] | null | undefined
  /** What the token must be meant for, one of several; `null` says that it is not checked. */
  readonly audience: string | readonly string[] | null
  readonly algorithms?: readonly Algorithm[] | undefined
  /** Clock tolerance, 0 to 300 seconds. Default 0. */
  readonly leeway?: number | undefined
  /** Greatest age by `iat`, seconds. */
  readonly maxAge?: number | undefined
  /** The token's `typ`, for example `at+jwt`. */
  readonly tokenType?: string | undefined
  /** The kind of token, in place of `tokenType`. Default `generic`. */
  readonly profile?: TokenProfile | undefined
  readonly requiredClaims?: readonly string[] | undefined
  /** Default true. */
  readonly requireExp?: boolean | undefined
  readonly network?: NetworkOptions | undefined
  /**
   * How many verified tokens are kept, so that the same ones need no second verification: 0 (the default) to 100000, 4 KiB each on
   * average. One serves until its `exp`, and while the key set is the same. It pays with public keys.
   */
  readonly tokenCache?: number | undefined
  /** The tokens are padded with `=`, as AWS's load balancer writes them; then unpadded ones are refused. */
  readonly padded?: boolean | undefined
  /** Takes encrypted tokens alone, and verifies the signed one inside. */
  readonly decrypter?: Decrypter | undefined
  readonly testing?: TestingOptions | undefined
}

/** Keys: of the issuer (discovered, or at `jwksUri`), one of your own, or a set of your own. */
export type VerifierOptions = VerifierChecks &
  (
    | { readonly key?: undefined; readonly jwksUri?: string | undefined }
    | { readonly key: HmacKey | PublicKey | KeySet; readonly jwksUri?: undefined }
  )

/** Checks JSON Web Tokens: signature and every claim, by one policy that is fixed here. */
export class Verifier {
  constructor(options: VerifierOptions)
  /** The claims of a token. Fetches the provider's keys when it must. */
  verify<T extends object = {}>(token: string, known?: KnownOfToken): Promise<Claims & T>
  /** The same without the network: throws KeySetNotLoadedError when keys would have to be fetched. */
  verifySync<T extends object = {}>(token: string, known?: KnownOfToken): Claims & T
  /** The same check, carried by the caller. */
  readonly flow: { verify<T extends object = {}>(token: string, known?: KnownOfToken): Flow<Claims & T> }
  /** The cached key set, to hand to another process, or `null`. */
  exportKeys(): string | null
  /** Takes over what `exportKeys` returned. */
  importKeys(json: JsonDocument): void
  /** Moves the clock of a verifier that was built with `testing`. For tests only. */
  setTestingClock(now: number): void
}

export interface SignerOptions {
  readonly algorithm: Algorithm
  readonly kid?: string | undefined
  readonly typ?: string | undefined
  readonly testing?: TestingOptions | undefined
}

export interface SignOptions {
  /** Seconds until `exp`. */
  readonly lifetime?: number | undefined
}

/** How a JWS in JSON carries its payload. */
export interface JwsJsonOptions {
  /** The payload is left out. Default false. */
  readonly detached?: boolean | undefined
  /** The payload is base64url. Default true. */
  readonly encodePayload?: boolean | undefined
}

/** Signs JSON Web Tokens, and bytes. */
export class Signer {
  constructor(key: PrivateKey | HmacKey, options: SignerOptions)
  /** A compact token; `iat` is added, and `exp` when there is a lifetime. */
  signSync(claims: object, options?: SignOptions): string
  sign(claims: object, options?: SignOptions): Promise<string>
  /** Signs any bytes as a compact JWS. Text counts as its UTF-8 bytes, here and below. */
  signBytes(payload: Uint8Array | string): string
  /** Signs bytes that are not in the JWS (RFC 7515 appendix F); with `encodePayload: false` as they are (RFC 7797). */
  signDetached(payload: Uint8Array | string, options?: { readonly encodePayload?: boolean | undefined }): string
  /** Signs bytes as flattened JSON, whose text is returned. */
  signJson(payload: Uint8Array | string, options?: JwsJsonOptions & { readonly header?: object | undefined }): string
  /** Signs bytes as general JSON, one signature for each signer, at most ten. */
  static signGeneralJson(
    signers: readonly Signer[],
    payload: Uint8Array | string,
    options?: JwsJsonOptions & { readonly headers?: readonly (object | null)[] | undefined },
  ): string
}

/** The parts of a token that nobody checked. Never base a decision on them. */
export class UnverifiedToken {
  private constructor()
  readonly header: JoseHeader
  readonly claims: Claims
}

/** Reads a token without checking anything but its form. */
export function decodeUnverified(token: string): UnverifiedToken
