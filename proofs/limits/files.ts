/** Every kind of file that the node takes in: what is taken for it, and what becomes of one that is something else. */
export interface FileKind {
  readonly kind: string;
  /** Where the door is; every route that takes bytes has a line. */
  readonly door: string;
  readonly taken: string;
  /** What happens to a wrong or malicious one. */
  readonly else: string;
}

export const FILE_KINDS: readonly FileKind[] = [
  {
    kind: 'log of observations',
    door: 'src/observations/import/routes.ts',
    taken: 'CSV, TSV, NDJSON in UTF-8, Parquet; plain, gzip, zstd. By content, under any name',
    else: 'refused whole by its content; single bad lines are counted and listed as refused. Nothing in it is run or shown but as text',
  },
  {
    kind: 'address data, list of codes',
    door: 'src/observations/making-routes.ts',
    taken: 'delegated files of registries, MaxMind DB, IPtoASN, prefix-to-AS dumps, CSV; plain, gzip, zstd',
    else: 'refused whole: web pages, cut or damaged files, overlapping or impossible ranges',
  },
  {
    kind: 'holdings of an agency',
    door: 'src/crossmatch/routes.ts',
    taken: 'CSV in UTF-8 with the columns that are mapped',
    else: 'bad rows are refused with line and reason; a file that is no CSV, whole',
  },
  {
    kind: 'hash list',
    door: 'src/evidence/hash-list-routes.ts',
    taken: 'text of digests, CSV, Project VIC JSON',
    else: 'refused whole with the line; nothing of it is matched',
  },
  {
    kind: 'material of a referral',
    door: 'src/referrals/icse-routes.ts',
    taken: 'CSV: digests, media type, category and three marks on each line',
    else: 'refused whole with the line',
  },
  {
    kind: 'attachment of a letter',
    door: 'src/correspondence/routes.ts',
    taken: 'any file, under the ending of what it is',
    else: 'one whose content is not what its ending says is refused by the sender’s node and marked by the recipient’s (docs/correspondence.md). Never run or shown by a node: kept as bytes, sealed, handed out as a download that no browser shows',
  },
  {
    kind: 'sealed message or archive on a stick',
    door: 'src/exchange/routes.ts',
    taken: 'the container of docs/formats/sealed-package.md, from an agency whose card is here',
    else: 'refused before anything of it is visible: signature, digests, names, counts and sizes are checked first; the sender gets a refusal',
  },
  {
    kind: 'sealed message of another node',
    door: 'src/exchange/peer-routes.ts',
    taken: 'the same, by TLS from a key on a card',
    else: 'the same; a stranger is refused before a byte is kept',
  },
];

/** What comes in by the terminal alone. */
export const FILES_OF_THE_MACHINE: readonly FileKind[] = [
  {
    kind: 'seized device or folder',
    door: 'icarus evidence',
    taken: 'any files; media types are told by their first bytes',
    else: 'read for size, digest and type only; nothing in it is opened but videos, by ffprobe in a process of its own with a time limit',
  },
  {
    kind: 'card of an agency',
    door: 'icarus agency add',
    taken: 'the JSON of docs/formats/agency-card.md, signed by its own keys',
    else: 'refused; a valid one is taken in only after a person compared the fingerprints',
  },
  {
    kind: 'backup, archive',
    door: 'icarus restore',
    taken: 'what this node wrote, by its manifest',
    else: 'refused before anything is changed: digests and the custody log are proven first',
  },
];
