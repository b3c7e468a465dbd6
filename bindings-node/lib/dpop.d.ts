import type { Claims } from './claims.js'
import type { Algorithm, TestingOptions } from './common.js'

export interface DpopVerifierOptions {
  /** Default: every asymmetric algorithm. */
  readonly algorithms?: readonly Algorithm[] | undefined
  /** How old a proof may be by `iat`, 1 to 300 seconds. Default 60. */
  readonly maxAge?: number | undefined
  /** Clock tolerance, 0 to 300 seconds. Default 30: proofs are dated by the clocks of clients. */
  readonly leeway?: number | undefined
  readonly testing?: TestingOptions | undefined
}

/** The request that carried a proof. */
export interface DpopRequest {
  readonly method: string
  /** The absolute URL; its query and fragment do not count. */
  readonly url: string
  /** The access token of the request: the proof's `ath` must then be its hash. */
  readonly accessToken?: string | undefined
  /** The nonce that this server handed out. */
  readonly nonce?: string | undefined
  /** The thumbprint that the access token is bound to (`cnf.jkt`). */
  readonly thumbprint?: string | undefined
}

/** A proof that passed. Its `jti` is still to be remembered for as long as the proof is young enough. */
export class DpopProof {
  private constructor()
  readonly claims: Claims
  /** The thumbprint of the proof's key: what `cnf.jkt` of an access token names. */
  readonly thumbprint: string
}

/** Verifies DPoP proofs (RFC 9449) for a resource server or an authorization server. */
export class DpopVerifier {
  constructor(options?: DpopVerifierOptions)
  /** Verifies a proof against the request that carried it. */
  verify(proof: string, request: DpopRequest): DpopProof
}
