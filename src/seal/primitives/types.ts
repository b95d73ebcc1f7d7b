/**
 * The cryptography that a package is made of, said once. node.ts does it with Node's own OpenSSL,
 * browser.ts with @noble; `#primitives` is the one of the place where the code runs. Both give the same
 * bytes and the same verdicts (primitives.test.ts).
 */

/** A digest in the making. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** Once, at the end. */
  digest(): Uint8Array;
}

export type HashName = 'sha256' | 'sha512';

/** Tracks of a `Digester`, one bit each in the order of its hashes. */
export type Tracks = number;

/** Several digests of bytes that pass by, taken beside the caller's work where there is much of it. */
export interface Digester {
  /**
   * Adds bytes to the tracks named; all of them where none are. `bytes` may change once this answered:
   * undefined, or a promise to wait for, because the digests are behind.
   */
  update(bytes: Uint8Array, tracks?: Tracks): Promise<void> | undefined;
  /** The digest of one track, by the place of its hash; lower-case hexadecimal. Once for each. */
  digest(track: number): Promise<string>;
  /** Nothing more is wanted. To be called in any case. */
  release(): void;
}

/** ChaCha20-Poly1305 (RFC 8439) under one key; every nonce is used once. */
export interface ChaCha {
  /** The ciphertext and its tag, as parts of one text. */
  seal(nonce: Uint8Array, plaintext: Uint8Array): readonly Uint8Array[];
  /** The plaintext, or undefined when the text is not one that this key sealed. */
  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** An Ed25519 secret (RFC 8032) in use. */
export interface Ed25519Key {
  readonly publicKey: Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
}

/** An X25519 secret (RFC 7748) in use. */
export interface X25519Key {
  readonly publicKey: Uint8Array;
  /** The secret shared with `peer`; undefined where its key leads to none (all zero). */
  shared(peer: Uint8Array): Uint8Array | undefined;
}

export interface Primitives {
  readonly newHash: (name: HashName) => Hash;
  /** @param expectedBytes about how much will pass by: little is not worth a thread of its own */
  readonly digester: (names: readonly HashName[], expectedBytes: number) => Digester;
  readonly hmacSha256: (key: Uint8Array, bytes: Uint8Array) => Uint8Array;
  /** RFC 5869 with SHA-256. */
  readonly hkdfSha256: (secret: Uint8Array, salt: Uint8Array, info: string, sizeBytes: number) => Uint8Array;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly chaCha: (key: Uint8Array) => ChaCha;
  readonly x25519Key: (secret: Uint8Array) => X25519Key;
  /** A fresh secret, used once. */
  readonly x25519Ephemeral: () => X25519Key;
  readonly ed25519Key: (seed: Uint8Array) => Ed25519Key;
  /** RFC 8032 without cofactor and without points of small order. False for whatever is no key or no signature. */
  readonly ed25519Verify: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
  /** ECDSA on NIST P-256 with SHA-256. `point` is uncompressed (65 bytes), `signature` is r and s (64 bytes). */
  readonly p256Verify: (point: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
}
