// Shapes that several files use.

/** Values that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue }
/** A JSON document: its text, or the parsed object. */
export type JsonDocument = string | object

/** Signature algorithms of JWS (RFC 7518, RFC 8037, RFC 8812, RFC 9964). */
export type Algorithm =
  | 'HS256' | 'HS384' | 'HS512'
  | 'RS256' | 'RS384' | 'RS512'
  | 'PS256' | 'PS384' | 'PS512'
  | 'ES256' | 'ES384' | 'ES512' | 'ES256K'
  | 'EdDSA'
  | 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87'

export type AsymmetricAlgorithm = Exclude<Algorithm, `HS${string}`>

/** Algorithms whose keys have a form without any envelope. */
export type RawAlgorithm = Exclude<AsymmetricAlgorithm, `${'RS' | 'PS'}${string}`>

/** How requests may be carried. The defaults are the safe ones. */
export interface NetworkOptions {
  /** Allow hosts that resolve to private or link-local addresses. Default false. */
  readonly allowPrivate?: boolean | undefined
  /** Resolving, connecting and TLS, milliseconds. Default 3000. */
  readonly connectTimeoutMs?: number | undefined
  /** The whole exchange, milliseconds. Default 10000. */
  readonly timeoutMs?: number | undefined
  /** Bytes of a reply after decoding. Default 512 KiB. */
  readonly maxBody?: number | undefined
  /** Use HTTPS_PROXY and its relatives. Default false. */
  readonly proxyFromEnvironment?: boolean | undefined
  /** PEM certificates of further authorities to trust. */
  readonly extraRootsPem?: string | undefined
}

/** A fixed clock and fixed randomness. For tests only. */
export interface TestingOptions {
  /** Seconds since the epoch. */
  readonly now?: number | undefined
  /** Hexadecimal. */
  readonly entropy?: string | undefined
}
