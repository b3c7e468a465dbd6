import type { JsonDocument, NetworkOptions, TestingOptions } from './common.js'
import type { Flow } from './flow.js'
import type { ClientMetadata, RegisterOptions, Registration } from './replies.js'

/** The name of a declared departure from the specifications; README.md says what each permits. */
export type Quirk =
  | 'expires_in_string'
  | 'expires_in_absent'
  | 'null_members'
  | 'token_type_absent'
  | 'token_type_mac'
  | 'scope_array'
  | 'scope_comma'
  | 'error_with_200'
  | 'error_object'
  | 'form_encoded_reply'
  | 'status_201'
  | 'refresh_invalid_request_401'
  | 'no_nonce'
  | 'no_pkce'
  | 'token_without_kid'
  | 'unsolicited_id_token'
  | 'id_token_hs256'
  | 'short_secret'
  | 'revocation_unknown_token'
  | 'userinfo_without_sub'
  | 'userinfo_number_sub'

export interface ServiceOptions {
  /** Departures that this provider is known for, beside those that its definition declares. */
  readonly quirks?: readonly Quirk[] | undefined
  /** Seconds that an access token lasts where a reply does not say, with the quirk `expires_in_absent`. */
  readonly defaultLifetime?: number | undefined
  /** Options over those of the definition, under CiviCRM's names or those of the metadata. */
  readonly overlay?: Readonly<Record<string, unknown>> | undefined
  readonly network?: NetworkOptions | undefined
  readonly testing?: TestingOptions | undefined
}

export interface PresetOptions extends ServiceOptions {
  /** Where the product is installed. */
  readonly baseUrl?: string | undefined
  /** `common` without one. */
  readonly tenant?: string | undefined
  readonly realm?: string | undefined
  /** A host name. */
  readonly domain?: string | undefined
}

/** A known product. */
export interface Preset {
  readonly name: string
  readonly title: string
  /** The options that must be given. */
  readonly needs: readonly string[]
  /** Those that may be. */
  readonly defaults: Readonly<Record<string, string>>
  readonly scopes: readonly string[]
  readonly quirks: readonly Quirk[]
  readonly tags: readonly string[]
}

/** What is known of a provider beyond its metadata; a member that says nothing is left out. */
export interface ServiceDefinition {
  readonly name?: string
  readonly title?: string
  readonly class?: string
  readonly scopes?: readonly string[]
  readonly scope_separator: ' ' | ',' | ', '
  readonly parameters?: Readonly<Record<string, string>>
  readonly response_modes?: readonly string[]
  readonly tags?: readonly string[]
  readonly tenancy?: boolean
  readonly tenant?: string
  readonly use_id_token?: boolean
  readonly issuer_template?: string
  readonly user_id_property?: string
  readonly client_id?: string
  readonly redirect_uri?: string
  readonly openid_configuration?: string
  readonly default_lifetime?: number
  readonly quirks?: readonly Quirk[]
  readonly templates?: Readonly<Record<string, { readonly mode: 'mail' | 'contact'; readonly value: unknown }>>
}

export interface RenderOptions {
  readonly token?: Readonly<Record<string, unknown>> | undefined
  readonly client?: Readonly<Record<string, unknown>> | undefined
  readonly provider?: Readonly<Record<string, unknown>> | undefined
  /** How texts are filled in; by default as CiviCRM does for the template of this name. */
  readonly mode?: 'mail' | 'contact' | undefined
}

/** A provider: its endpoints and what it can do. */
export class Service {
  private constructor()
  /** Reads the provider's metadata (OpenID Connect Discovery or RFC 8414) and checks its issuer. */
  static discover(issuer: string, options?: ServiceOptions): Promise<Service>
  /** The same operations, carried by the caller. */
  static readonly flow: ServiceFlow
  /** Registers a client with this metadata (RFC 7591). */
  register(metadata: ClientMetadata | JsonDocument, options?: RegisterOptions): Promise<Registration>
  /** Reads a registration anew (RFC 7592). */
  readRegistration(registration: Registration): Promise<Registration>
  /** Replaces the metadata of a registration (RFC 7592). Keep the result in place of the old one. */
  updateRegistration(registration: Registration, metadata: ClientMetadata | JsonDocument): Promise<Registration>
  /** Deletes a registration (RFC 7592). */
  deleteRegistration(registration: Registration): Promise<void>
  /** A known product by name, for example `frappe`. */
  static preset(name: string, options?: PresetOptions): Service
  /** The known products, and what each needs. */
  static presets(): Preset[]
  /** A metadata document, a CiviCRM provider file, or a Connected App or Social Login Key of Frappe. */
  static fromJson(json: JsonDocument, options?: PresetOptions): Service
  readonly definition: ServiceDefinition
  /** Fills in a template: one of the provider file's by its name, or the one that is given. */
  render(template: string | Readonly<Record<string, unknown>> | readonly unknown[], options?: RenderOptions): unknown
  /** The name of a resource owner by CiviCRM's order: `upn`, `userPrincipalName`, `mail`, `email`, `id`. */
  ownerName(claims: Readonly<Record<string, unknown>>): string | null
  /** The identifier of a user: the claim that the service names for it, else `sub`. */
  userId(claims: Readonly<Record<string, unknown>>): string | null
  /** The issuer, or `null` for a plain OAuth provider without one. */
  readonly issuer: string | null
  toJSON(): Record<string, unknown>
}

export interface ServiceFlow {
  discover(issuer: string, options?: ServiceOptions): Flow<Service>
  register(service: Service, metadata: ClientMetadata | JsonDocument, options?: RegisterOptions): Flow<Registration>
  readRegistration(service: Service, registration: Registration): Flow<Registration>
  updateRegistration(
    service: Service,
    registration: Registration,
    metadata: ClientMetadata | JsonDocument,
  ): Flow<Registration>
  deleteRegistration(service: Service, registration: Registration): Flow<void>
}
