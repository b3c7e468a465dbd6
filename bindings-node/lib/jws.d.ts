import type { JoseHeader } from './claims.js'
import type { Algorithm, JsonDocument } from './common.js'
import type { HmacKey, KeySet, PublicKey } from './keys.js'

/** A signature that verifies. */
export interface JwsSignature {
  /** Its place in the list of a general JWS; 0 in the other forms. */
  readonly index: number
  readonly algorithm: Algorithm
  /** The protected header. */
  readonly header: JoseHeader
  /** The unprotected header, which anybody may have written, or `null`. */
  readonly unprotected: Record<string, unknown> | null
  /** The id of the key that verified it; `null` if that key has none. */
  readonly keyId: string | null
}

/** A payload and the signatures of it that verify. */
export class VerifiedJws {
  private constructor()
  readonly payload: Buffer
  /** At least one, in the order of the JWS. */
  readonly signatures: readonly JwsSignature[]
  /** The protected header of the first signature that verifies. */
  readonly header: JoseHeader
}

/**
 * Verifies signatures over bytes. For tokens with claims use `Verifier`.
 *
 * Of several signatures at least one must verify with a key that is here, and every one that names such a key must; those of
 * others are passed over.
 */
export class JwsVerifier {
  constructor(key: HmacKey | PublicKey | KeySet, options: { readonly algorithms: readonly Algorithm[] })
  /** Verifies a compact JWS; with a payload a detached one. Text counts as its UTF-8 bytes. */
  verify(jws: string, payload?: Uint8Array | string | null): VerifiedJws
  /** Verifies a JWS in JSON, flattened or general; with a payload a detached one. */
  verifyJson(jws: JsonDocument, payload?: Uint8Array | string | null): VerifiedJws
}
