import type { FerroauthError } from './errors.js'

/** The first message of a mechanism. It contains the access token, so it does not show itself. */
export class SaslResponse {
  private constructor()
  readonly mechanism: 'XOAUTH2' | 'OAUTHBEARER'
  /** The message itself, for mail libraries that encode it. */
  readonly text: string
  /** The message in base64, as it goes over the wire. */
  readonly encoded: string
  /** What must be answered to a challenge, before any encoding. The server then ends the exchange. */
  readonly errorAnswer: string
}

/** Why a mail server refused a token. */
export class SaslChallenge {
  private constructor()
  /** `invalid_token` and the like with OAUTHBEARER, an HTTP status with XOAUTH2. */
  readonly status: string
  readonly schemes: readonly string[]
  /** The scopes that would do. */
  readonly scopes: readonly string[]
  /** Where the metadata of the authorization server are, if that is an https URL. */
  readonly openidConfiguration: string | null
  /** What helps: a refresh, a new login with `scopes`, the same again later, or nothing that a program can do. */
  readonly hint: 'refresh' | 'authorize' | 'wait' | 'configuration'
  /** The refusal as an error, ready to be thrown. */
  readonly error: FerroauthError
}

/** Access tokens as passwords of mail: SASL XOAUTH2 (Google, Microsoft) and OAUTHBEARER (RFC 7628). */
export const sasl: {
  /** The first message of XOAUTH2. */
  xoauth2(user: string, accessToken: string): SaslResponse
  /** The first message of OAUTHBEARER. `host` and `port` are those of the mail server. */
  oauthbearer(
    user: string | null,
    accessToken: string,
    server?: { readonly host?: string | undefined; readonly port?: number | undefined },
  ): SaslResponse
  /** What a mail server says about a refused token: the base64 of its line, or the JSON in it. */
  challenge(line: string): SaslChallenge
}
