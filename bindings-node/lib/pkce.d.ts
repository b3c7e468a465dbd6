/** Proof Key for Code Exchange (RFC 7636), S256 only. `Client` does this by itself. */
export class Pkce {
  private constructor()
  static generate(): Pkce
  static challenge(verifier: string): string
  /** Whether a verifier belongs to a challenge, in constant time. */
  static verify(verifier: string, challenge: string): boolean
  readonly verifier: string
  readonly challenge: string
  readonly method: 'S256'
}
