/** What every grant can be asked for. */
export interface GrantOptions {
  readonly scopes?: readonly string[] | undefined
  /** Where the token is to be used (RFC 8707): absolute URIs without a fragment. */
  readonly resource?: readonly string[] | undefined
  /** The rights that are wanted (RFC 9396): objects with a `type`. */
  readonly authorizationDetails?: readonly Readonly<Record<string, unknown>>[] | undefined
  /** Parameters of the provider's own. */
  readonly parameters?: Readonly<Record<string, string>> | undefined
}

/** A registered type by its short name, or an absolute URI. */
export type TokenTypeUri = 'access_token' | 'refresh_token' | 'id_token' | 'jwt' | 'saml1' | 'saml2' | (string & {})

export interface ExchangeOptions extends GrantOptions {
  readonly subjectTokenType: TokenTypeUri
  /** The token of the party that acts for the subject; with `actorTokenType`. */
  readonly actorToken?: string | undefined
  readonly actorTokenType?: TokenTypeUri | undefined
  /** The reply must then be of this type. */
  readonly requestedTokenType?: TokenTypeUri | undefined
  readonly audience?: readonly string[] | undefined
}

/** Exactly one of the three hints, and `openid` among the scopes. */
export interface BackchannelOptions extends GrantOptions {
  readonly loginHint?: string | undefined
  readonly loginHintToken?: string | undefined
  readonly idTokenHint?: string | undefined
  readonly bindingMessage?: string | undefined
  readonly userCode?: string | undefined
  /** Seconds. */
  readonly requestedExpiry?: number | undefined
  readonly acrValues?: readonly string[] | undefined
}

/** A login on another device that was begun: show `userCode` and `verificationUri`, then ask for the tokens. */
export class DeviceAuthorization {
  private constructor()
  readonly userCode: string
  readonly verificationUri: string
  /** The address with the code in it, for a QR code. */
  readonly verificationUriComplete: string | null
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** Seconds between two requests for the tokens. */
  readonly interval: number
  /** A text for a session on the server; it holds the device code. */
  store(): string
  /** Reads what `store` gave. */
  static restore(stored: string): DeviceAuthorization
}

/** An authentication of a user on another device that was begun (CIBA). */
export class BackchannelAuthentication {
  private constructor()
  /** Seconds since the epoch. */
  readonly expiresAt: number
  /** Seconds between two requests for the tokens. */
  readonly interval: number
  /** A text for a session on the server. */
  store(): string
  /** Reads what `store` gave. */
  static restore(stored: string): BackchannelAuthentication
}
