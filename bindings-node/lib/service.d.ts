import type { JsonDocument, NetworkOptions, TestingOptions } from './common.js'
import type { Flow } from './flow.js'

export interface ServiceOptions {
  readonly network?: NetworkOptions | undefined
  readonly testing?: TestingOptions | undefined
}

export interface PresetOptions extends ServiceOptions {
  /** Where the product is installed. */
  readonly baseUrl?: string | undefined
}

/** A provider: its endpoints and what it can do. */
export class Service {
  private constructor()
  /** Reads the provider's metadata (OpenID Connect Discovery or RFC 8414) and checks its issuer. */
  static discover(issuer: string, options?: ServiceOptions): Promise<Service>
  /** The same operations, carried by the caller. */
  static readonly flow: { discover(issuer: string, options?: ServiceOptions): Flow<Service> }
  /** A known product by name, for example `frappe`. */
  static preset(name: string, options?: PresetOptions): Service
  /** A metadata document or a CiviCRM provider file. */
  static fromJson(json: JsonDocument): Service
  /** The issuer, or `null` for a plain OAuth provider without one. */
  readonly issuer: string | null
  toJSON(): Record<string, unknown>
}
