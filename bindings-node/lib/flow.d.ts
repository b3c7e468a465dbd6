import type { Event } from './events.js'

/** An HTTP request that the caller is to carry. Prints without its secrets. */
export class HttpStep {
  private constructor()
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers: Record<string, string>
  /** A form; `null` for GET. */
  readonly body: string | null
  /** How long the exchange may take. */
  readonly timeoutMs: number
}

/** What a flow needs next: `http`, `sleep` (milliseconds), or nothing more when it is `done`. */
export type Step<T = unknown> =
  | { readonly done: false; readonly http: HttpStep; readonly sleep: null; readonly result: undefined }
  | { readonly done: false; readonly http: null; readonly sleep: number; readonly result: undefined }
  | { readonly done: true; readonly http: null; readonly sleep: null; readonly result: T }

export const Step: abstract new (...values: never) => Step

export type TransportFailure =
  | 'connect' | 'timeout' | 'tls' | 'dns' | 'private_address' | 'too_large' | 'protocol' | 'redirect'

/** The answer to a step. Redirects must not be followed: answer with the redirect itself. */
export type Reply =
  | {
      readonly status: number
      readonly headers?:
        | Iterable<readonly [string, string]>
        | Readonly<Record<string, string | readonly string[] | undefined>>
      readonly body?: string | Uint8Array | ArrayBuffer | null
    }
  | { readonly failure: TransportFailure }
  | { readonly slept: true }

/** One operation, carried by the caller: answer each step until it is done. */
export class Flow<T = unknown> {
  private constructor()
  /** Without an argument at first and after a sleep; else with the answer to the last step. */
  advance(reply?: Reply | null): Step<T>
  /** What has happened so far; also after a failure. */
  readonly events: readonly Event[]
}
