/** A remark about a redirect URI. */
export interface RedirectReason {
  readonly code: string
  /** One sentence. */
  readonly text: string
  /** Whether it makes the URI unacceptable; the others are advice. */
  readonly refuses: boolean
}

/** A redirect URI, looked at but not resolved. */
export class RedirectUri {
  private constructor()
  /** Tells where a redirect URI points and why it is refused or needs a second look. */
  static classify(url: string): RedirectUri
  readonly url: string
  /** Where it points. */
  readonly kind: 'https' | 'loopback' | 'private_network' | 'custom_scheme' | 'refused'
  /** Whether a `Client` takes it. */
  readonly accepted: boolean
  readonly scheme: string | null
  readonly host: string | null
  readonly port: number | null
  readonly reasons: readonly RedirectReason[]
  /** Whether CiviCRM shows its warning about it. That rule is lax, and is here for comparison only. */
  readonly civiWarning: boolean
}
