/** Which check refused a token, with which key and against which clock. Redacted. */
export interface Explanation {
  readonly code: string
  readonly check: string
  readonly algorithm?: string
  readonly key_id?: string
  readonly keys_tried: number
  /** Seconds since the epoch. */
  readonly now?: number
  /** Seconds between the clock and the claim that failed; positive means that the claim lies in the past. */
  readonly clock_delta?: number
  /** Seconds. */
  readonly key_set_age?: number
  readonly expected?: string
}

/** Base of every error of this package. */
export class FerroauthError extends Error {
  protected constructor(report: never)
  /** Stable, for example `token.expired`. */
  readonly code: string
  readonly number: number
  readonly category: string
  /** The HTTP status that a web application would answer with. */
  readonly status: number
  /** Whether the same call may succeed later without any change. */
  readonly retryable: boolean
  /** Seconds. */
  readonly retryAfter?: number
  /** What the provider said; escape it before showing it. */
  readonly oauthError?: string
  readonly oauthErrorDescription?: string | null
  /** The report about a refused token; `null` for other errors. */
  explain(): Explanation | null
  toJSON(): Record<string, unknown>
}

export class ConfigurationError extends FerroauthError {}
export class KeyMaterialError extends FerroauthError {}
export class TokenError extends FerroauthError {}
export class ExpiredTokenError extends TokenError {}
export class KeySetError extends FerroauthError {}
export class KeySetNotLoadedError extends KeySetError {}
export class MetadataError extends FerroauthError {}
export class NetworkError extends FerroauthError {}
export class CallbackError extends FerroauthError {}
export class ProviderError extends FerroauthError {}
export class ResponseError extends FerroauthError {}
export class PendingAuthorizationError extends FerroauthError {}
export class InternalError extends FerroauthError {}

export interface ErrorTableRow {
  readonly number: number
  readonly code: string
  readonly category: string
  readonly class: string
  readonly status: number
  readonly retryable: boolean
  readonly sentence: string
}

/** The closed table of errors. */
export function errorTable(): ErrorTableRow[]
