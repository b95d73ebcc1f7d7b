/** Where a package's bytes go; #platform/staging-folder.ts has both on a disk. */

/** Where bytes go, and belong from then on: they are not changed after. A rejected write ends the sealing. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
}

/** A file being written aside. */
export interface StagedFile extends ByteSink {
  /** An error of an earlier write may come out here. */
  close(): Promise<void>;
}

/** Where content waits. Exactly one of `commit` and `discard` is called, once, at the end. */
export interface PackageSink {
  /** `path` is safe and given once; folders on the way are the sink's business. */
  create(path: string): Promise<StagedFile>;
  /** Everything agreed: makes all of it visible at once. */
  commit(): Promise<void>;
  /** Something did not: leaves nothing behind. */
  discard(): Promise<void>;
}
