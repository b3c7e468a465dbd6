/** What to ask for in the next authorization request: options of `beginAuthorization`. */
export interface ChallengeOptions {
  readonly scopes?: string[]
  readonly acrValues?: string[]
  readonly maxAge?: number
}

/** One challenge of a reply with status 401 or 403 (RFC 9110, RFC 6750, RFC 9449, RFC 9470, RFC 9728). */
export class Challenge {
  private constructor()
  /**
   * The challenges of a `WWW-Authenticate` field, or of all fields of that name in order.
   *
   * @throws ProviderError `oauth.challenge` for what is not of the grammar
   */
  static parse(header: string | readonly string[]): Challenge[]
  /** The scheme as it was written; its case means nothing. */
  readonly scheme: string
  /** What stands in place of parameters in schemes such as `Negotiate`. */
  readonly token68: string | null
  /** The parameters, names in lower case. */
  readonly parameters: Readonly<Record<string, string>>
  readonly error: string | null
  /** Where the resource describes itself (RFC 9728), as the challenge says: not checked. */
  readonly resourceMetadata: string | null
  /**
   * What to pass to `beginAuthorization` so that the next access token will do: `acrValues` and `maxAge` for
   * `insufficient_user_authentication` (RFC 9470), `scopes` for that and for `insufficient_scope`; empty otherwise.
   */
  authorizationOptions(): ChallengeOptions
}
