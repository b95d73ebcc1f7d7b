/** What a fuzz target is. targets.ts lists them: one line adds a parser. */

/** How its inputs are built, so that a mutation keeps most of an input whole and reaches deeper. `packed`: lines, plain or compressed. */
export type Shape = 'bytes' | 'lines' | 'json' | 'armored' | 'tar' | 'wire' | 'packed';

/** What a parser took: with the bytes that its writer writes for it, which must be the input. */
export interface Accepted {
  readonly written?: Uint8Array;
}

/** What `--only` chooses: the parsers of packages and messages, or everything that is carried in as a file. */
export const FUZZ_GROUPS = ['parsers', 'importers'] as const;
export type FuzzGroup = (typeof FUZZ_GROUPS)[number];

export interface FuzzTarget {
  /** Also the folder of its corpus. */
  readonly name: string;
  readonly shape: Shape;
  /** Default: `parsers`. */
  readonly group?: FuzzGroup;
  /**
   * Reads one hostile input. `refused`, or an `IcarusError`, is a refusal; anything else that is thrown is a
   * fault of the parser.
   */
  readonly read: (input: Uint8Array) => Promise<Accepted | 'refused'> | Accepted | 'refused';
}
