import type { Flow } from './flow.js'

/** Where a receiver listens. */
export interface LoopbackOptions {
  /** `localhost` listens on both addresses; RFC 8252 section 8.3 advises against it. Default `127.0.0.1`. */
  readonly host?: '127.0.0.1' | '::1' | 'localhost' | undefined
  /** Default 0, a free one. */
  readonly port?: number | undefined
  /** Default `/callback`. */
  readonly path?: string | undefined
}

/** How long to wait, and for what. */
export interface ReceiveOptions {
  /** That of the pending authorization: responses to other requests are then refused and waited past. */
  readonly state?: string | undefined
  /** Default 300,000. */
  readonly timeoutMs?: number | undefined
}

/** How long to go on. */
export interface ForwardOptions {
  readonly timeoutMs?: number | undefined
}

/** A server on this machine that takes the authorization response from the user's browser (RFC 8252 section 7.3). */
export class LoopbackReceiver {
  constructor(options?: LoopbackOptions)
  /** To register, and to give to the client. */
  readonly redirectUri: string
  readonly port: number
  /** Waits for one authorization response, closes, and yields what `client.finishAuthorization` takes. */
  receive(options?: ReceiveOptions): Promise<string>
  /** Redirects every request to the URL `to`, its query kept, until it is closed or the time is over; yields how many. */
  forward(to: string, options?: ForwardOptions): Promise<number>
  /** Ends whatever is served, and stops listening. */
  close(): void
  /** The same, carried by the caller: all of its steps are `sleep`. */
  readonly flow: {
    receive(options?: ReceiveOptions): Flow<string>
    forward(to: string, options?: ForwardOptions): Flow<number>
  }
}
