import type { SealingKey } from './client.js'
import type { Algorithm, AsymmetricAlgorithm, JsonDocument, RawAlgorithm } from './common.js'

export interface KeyOptions {
  readonly kid?: string | undefined
}

export interface PrivateKeyOptions extends KeyOptions {
  /** What an encrypted key opens with. Text counts as its UTF-8 bytes. */
  readonly passphrase?: string | Uint8Array | undefined
}

/** A shared secret. Text counts as its UTF-8 bytes; whatever looks like an asymmetric key is refused. */
export class HmacKey {
  #brand
  constructor(secret: string | Uint8Array, options?: KeyOptions)
  /**
   * The secret of an issuer that signs with a too short one and cannot be changed, such as Frappe: at least eight bytes. It
   * verifies and never signs.
   */
  static legacy(secret: string | Uint8Array, options?: KeyOptions): HmacKey
  /** From a JWK of type `oct`. */
  static fromJwk(jwk: JsonDocument, options?: KeyOptions): HmacKey
  /** A new secret, as long as the algorithm's hash. */
  static generate(algorithm: 'HS256' | 'HS384' | 'HS512', options?: KeyOptions): HmacKey
  readonly kid: string | null
  /** The algorithm that the key's source bound it to. */
  readonly algorithm: Algorithm | null
  /** This is the secret itself. */
  toJwk(): Record<string, unknown>
}

/** A public key that checks signatures. */
export class PublicKey {
  #brand
  private constructor()
  /** From `PUBLIC KEY`, `RSA PUBLIC KEY` or `CERTIFICATE`, of which only the key is taken. */
  static fromPem(pem: string, options?: KeyOptions): PublicKey
  /** From SubjectPublicKeyInfo or an X.509 certificate. */
  static fromDer(der: Uint8Array, options?: KeyOptions): PublicKey
  static fromJwk(jwk: JsonDocument, options?: KeyOptions): PublicKey
  /** From the bytes that the algorithm itself defines: 32 for Ed25519, a point for ECDSA, or ML-DSA's. */
  static fromRaw(raw: Uint8Array, algorithm: RawAlgorithm, options?: KeyOptions): PublicKey
  readonly kid: string | null
  /** The algorithm that the key's source bound it to. */
  readonly algorithm: Algorithm | null
  toJwk(): Record<string, unknown>
  /** SubjectPublicKeyInfo. */
  toPem(): string
  /** SubjectPublicKeyInfo. */
  toDer(): Buffer
  /** Points uncompressed. */
  toRaw(): Buffer
  /** The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key. */
  thumbprint(): string
  /** The thumbprint as a URI (RFC 9278). */
  thumbprintUri(): string
}

/** A private key that signs. */
export class PrivateKey {
  #brand
  private constructor()
  /** From PKCS#8, encrypted or not, or the older forms for RSA and EC. */
  static fromPem(pem: string, options?: PrivateKeyOptions): PrivateKey
  /** From PKCS#8, encrypted or not, PKCS#1 or SEC1. */
  static fromDer(der: Uint8Array, options?: PrivateKeyOptions): PrivateKey
  /** From the seed of Ed25519 or ML-DSA, or the scalar of ECDSA. */
  static fromRaw(raw: Uint8Array, algorithm: RawAlgorithm, options?: KeyOptions): PrivateKey
  static fromJwk(jwk: JsonDocument, options?: KeyOptions): PrivateKey
  /** A new key for an algorithm. */
  static generate(algorithm: AsymmetricAlgorithm, options?: KeyOptions): PrivateKey
  readonly kid: string | null
  /** The algorithm that the key's source bound it to. */
  readonly algorithm: Algorithm | null
  /** The key that checks what this one signs: publish this one. */
  publicKey(): PublicKey
  /** The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key. */
  thumbprint(): string
  /** The thumbprint as a URI (RFC 9278). */
  thumbprintUri(): string
  /** The key with its private members. This is the secret itself. */
  toJwk(): Record<string, unknown>
  /** PKCS#8. This is the secret itself. */
  toPem(options?: { readonly passphrase?: string | Uint8Array | undefined }): string
  /** PKCS#8. This is the secret itself. */
  toDer(): Buffer
  /** The seed or the scalar. This is the secret itself. */
  toRaw(): Buffer
}

/** A JWK set (RFC 7517). */
export class KeySet {
  #brand
  private constructor()
  static fromJson(json: JsonDocument): KeySet
  /** A set of one's own keys: to verify with, or to publish. Of private keys the public half is taken. */
  static fromKeys(keys: readonly (PublicKey | PrivateKey | HmacKey)[]): KeySet
  /** How many keys can be used. */
  readonly size: number
  /** The set as it may be published: public members only. */
  toJSON(): { keys: Record<string, unknown>[] }
}

/** Keys that seal pending authorizations: the first seals, all open, so that keys can be rotated. */
export class Keyring {
  #brand
  constructor(keys: Uint8Array | readonly Uint8Array[])
  static from(key: SealingKey): Keyring
}
