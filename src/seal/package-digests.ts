/**
 * The digests of a package, taken while it is written or read: of the ciphertext, for the envelope, and of
 * the whole file. The ciphertext is almost all of the file, so each of its chunks is handed over once.
 */
import { digester } from '#primitives';

/** That of the whole file alone. */
export interface FileDigest {
  /** Bytes of the ciphertext. */
  ciphertext(bytes: Uint8Array): Promise<void> | undefined;
  /** Bytes of the file before and after it. */
  around(bytes: Uint8Array): Promise<void> | undefined;
  ofFile(): Promise<string>;
  /** To be called in any case. */
  release(): void;
}

export interface PackageDigests extends FileDigest {
  ofCiphertext(): Promise<CiphertextDigests>;
}

export interface CiphertextDigests {
  readonly sha256: string;
  readonly sha512: string;
}

const FILE_TRACK = 0b001;

export function packageDigests(ciphertextBytes: number): PackageDigests {
  const digests = digester(['sha256', 'sha256', 'sha512'], ciphertextBytes);
  return {
    ciphertext: (bytes) => digests.update(bytes),
    around: (bytes) => digests.update(bytes, FILE_TRACK),
    async ofCiphertext() {
      const [sha256, sha512] = await Promise.all([digests.digest(1), digests.digest(2)]);
      return { sha256, sha512 };
    },
    ofFile: () => digests.digest(0),
    release: () => digests.release(),
  };
}

export function fileDigest(ciphertextBytes: number): FileDigest {
  const digests = digester(['sha256'], ciphertextBytes);
  return {
    ciphertext: (bytes) => digests.update(bytes),
    around: (bytes) => digests.update(bytes),
    ofFile: () => digests.digest(0),
    release: () => digests.release(),
  };
}
