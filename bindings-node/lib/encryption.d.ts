import type { JoseHeader } from './claims.js'
import type { JsonDocument, TestingOptions } from './common.js'

export type ContentEncryption =
  | 'A128GCM'
  | 'A192GCM'
  | 'A256GCM'
  | 'A128CBC-HS256'
  | 'A192CBC-HS384'
  | 'A256CBC-HS512'

export type KeyManagement =
  | 'dir'
  | 'A128KW'
  | 'A256KW'
  | 'A128GCMKW'
  | 'A192GCMKW'
  | 'A256GCMKW'
  | 'RSA-OAEP'
  | 'RSA-OAEP-256'
  | 'ECDH-ES'
  | 'ECDH-ES+A128KW'
  | 'ECDH-ES+A256KW'
  | 'PBES2-HS256+A128KW'
  | 'PBES2-HS512+A256KW'

export interface EncryptionKeyOptions {
  /** The name of a content encryption makes a key for direct use. */
  readonly algorithm: KeyManagement | ContentEncryption
  readonly kid?: string | undefined
}

export interface EncryptionKeyFileOptions extends EncryptionKeyOptions {
  /** What an encrypted key opens with. Text counts as its UTF-8 bytes. */
  readonly passphrase?: string | Uint8Array | undefined
}

/** A key for encrypting or decrypting, bound to one algorithm. */
export class EncryptionKey {
  #brand
  private constructor()
  /** A secret that both sides share, or a password for PBES2; text counts as its UTF-8 bytes. */
  static fromSecret(secret: string | Uint8Array, options: EncryptionKeyOptions): EncryptionKey
  /** The option `algorithm` is needed where the JWK has no `alg`. */
  static fromJwk(jwk: JsonDocument, options?: Partial<EncryptionKeyOptions>): EncryptionKey
  /** A public or private RSA, P-256, P-384, P-521 or X25519 key, or a certificate's key. */
  static fromPem(pem: string, options: EncryptionKeyFileOptions): EncryptionKey
  /** From SubjectPublicKeyInfo, a certificate, PKCS#8, encrypted or not, PKCS#1 or SEC1. */
  static fromDer(der: Uint8Array, options: EncryptionKeyFileOptions): EncryptionKey
  /** A new key. ECDH-ES takes a curve; the default is P-256. */
  static generate(
    algorithm: KeyManagement | ContentEncryption,
    options?: { readonly curve?: 'P-256' | 'P-384' | 'P-521' | 'X25519' | undefined; readonly kid?: string | undefined },
  ): EncryptionKey
  readonly kid: string | null
  readonly algorithm: KeyManagement | ContentEncryption
  /** Whether the key can decrypt: a secret, or a key with its private part. */
  readonly isPrivate: boolean
  /** The public half of a key pair: it encrypts. */
  publicKey(): EncryptionKey
  /** All there is of the key: of a secret or private key the secret itself. */
  toJwk(): Record<string, unknown>
  /** All there is of a key pair: PKCS#8 for a private key, SubjectPublicKeyInfo for a public one. */
  toPem(options?: { readonly passphrase?: string | Uint8Array | undefined }): string
  /** The JWK thumbprint with SHA-256 (RFC 7638), base64url: the same for both halves of a key. */
  thumbprint(): string
}

export interface EncrypterOptions {
  /** Default `A256GCM`, or what a key for direct use is bound to. */
  readonly encryption?: ContentEncryption | undefined
  readonly typ?: string | undefined
  /** Who sends, for ECDH-ES (RFC 7518 section 4.6.1). */
  readonly apu?: Uint8Array | undefined
  /** Who receives, for ECDH-ES. */
  readonly apv?: Uint8Array | undefined
  /** Switches the PBES2 algorithms on: 1,000 to 1,200,000 iterations. */
  readonly pbes2Iterations?: number | undefined
  /** Bytes of the largest token; 64 KiB, at most 1 MiB. */
  readonly maxToken?: number | undefined
  readonly testing?: TestingOptions | undefined
}

export interface EncryptOptions {
  /** The header's `cty`: `JWT` for a signed token. */
  readonly contentType?: string | undefined
}

/** Encrypts for one key or, as JSON, for several. */
export class Encrypter {
  constructor(key: EncryptionKey | readonly EncryptionKey[], options?: EncrypterOptions)
  /** A compact token; text counts as its UTF-8 bytes. */
  encrypt(plaintext: string | Uint8Array, options?: EncryptOptions): string
  /** A token of the JSON serialization: flattened for one key, general for several. */
  encryptJson(
    plaintext: string | Uint8Array,
    /** `aad` is carried in plain sight and protected against changes. */
    options?: EncryptOptions & { readonly aad?: Uint8Array | undefined },
  ): string
}

export interface DecrypterOptions {
  /** Default: those that the keys are bound to. */
  readonly algorithms?: readonly KeyManagement[] | undefined
  /** To be named, unless every key is bound to one. */
  readonly encryptions?: readonly ContentEncryption[] | undefined
  /** Switches the PBES2 algorithms on: the most iterations that a token may ask for, up to 1,200,000. */
  readonly pbes2MaxIterations?: number | undefined
  /** Bytes of the largest token; 64 KiB, at most 1 MiB. */
  readonly maxToken?: number | undefined
}

/** Decrypts tokens. Several keys serve for rotation: a token's key id chooses among them. */
export class Decrypter {
  constructor(key: EncryptionKey | readonly EncryptionKey[], options?: DecrypterOptions)
  decrypt(token: string): Decrypted
  /** A token of the JSON serialization. */
  decryptJson(token: JsonDocument): Decrypted
}

/** A token that was decrypted. Decrypting does not tell who made it. */
export class Decrypted {
  private constructor()
  readonly plaintext: Buffer
  /** The protected header. */
  readonly header: JoseHeader
  /** The header parameters that nobody protects, of a token in JSON. */
  readonly unprotected: JoseHeader | null
  /** The additional data that the token carries and protects. */
  readonly aad: Buffer | null
}
