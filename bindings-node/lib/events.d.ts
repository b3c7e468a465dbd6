// What happened on the way of an operation. Each name is also a channel of `node:diagnostics_channel`: `ferroauth:token_received`.

/** What every event has. */
export interface AnyEvent {
  readonly level: 'info' | 'warning'
  /** Seconds since the epoch. */
  readonly time: number
  /** The event in one line. */
  readonly message: string
  /** The issuer, or the origin of the endpoint if the provider has none. */
  readonly provider: string
  /** The client, if it is about one. */
  readonly clientId?: string
}

/** What is told of tokens. */
export interface Granted {
  /** The granted scopes. */
  readonly scopes: readonly string[]
  /** When the access token expires, seconds since the epoch, if the provider said so. */
  readonly expiresAt?: number
  /** Whether there is a refresh token. */
  readonly refreshable: boolean
  /** Whether a user was identified, by a verified ID token. */
  readonly identified: boolean
}

/** Why something failed. */
export interface Failed {
  /** The error code: `oauth.invalid_grant`. */
  readonly code: string
  /** The provider's `error`. */
  readonly providerError?: string
  readonly retryable: boolean
}

/** An authorization request was made; the user can be sent to the provider. */
export interface AuthorizationBegun extends AnyEvent {
  readonly name: 'authorization_begun'
  readonly scopes: readonly string[]
  /** Whether it was pushed (RFC 9126). */
  readonly pushed: boolean
}

/** What came to the redirect URI was refused, before its code was used. */
export interface CallbackRefused extends AnyEvent, Failed {
  readonly name: 'callback_refused'
}

/** A grant yielded tokens. */
export interface TokenReceived extends AnyEvent, Granted {
  readonly name: 'token_received'
  /** As it goes over the wire. */
  readonly grantType: string
}

/** A refresh yielded tokens. */
export interface TokenRefreshed extends AnyEvent, Granted {
  readonly name: 'token_refreshed'
  /** Whether the provider replaced the refresh token. */
  readonly rotated: boolean
}

/** A refresh yielded none. */
export interface RefreshFailed extends AnyEvent, Failed {
  readonly name: 'refresh_failed'
}

/** Another grant yielded none. */
export interface GrantFailed extends AnyEvent, Failed {
  readonly name: 'grant_failed'
  /** As it goes over the wire. */
  readonly grantType: string
}

/** A provider's key set was fetched. */
export interface KeySetFetched extends AnyEvent {
  readonly name: 'key_set_fetched'
  /** From where, without a query. */
  readonly url: string
  /** How many of its keys are usable. */
  readonly keys: number
}

/** A provider's key set could not be fetched or used; the last one serves for as long as it may. */
export interface KeySetFailed extends AnyEvent, Failed {
  readonly name: 'key_set_failed'
}

/** A declared quirk of the service was taken. */
export interface QuirkUsed extends AnyEvent {
  readonly name: 'quirk_used'
  readonly quirk: string
}

/** What happened on the way of an operation; `name` tells which. */
export type Event =
  | AuthorizationBegun
  | CallbackRefused
  | TokenReceived
  | TokenRefreshed
  | RefreshFailed
  | GrantFailed
  | KeySetFetched
  | KeySetFailed
  | QuirkUsed

export type EventName = Event['name']
