/**
 * What a backup holds. The manifest names every file with its size and digest; whoever restores trusts
 * nothing that does not agree with it, and compares the custody log with what stands in it.
 */
import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { canonicalJson, type Json } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';

export const BACKUP_FORMAT = 'icarus-backup/2';
export const MANIFEST_FILE = 'manifest.json';
/** In clear, for whoever keeps backups: says when it was made, and nothing of what is in it. */
export const LABEL_FILE = 'backup.json';

const closed = { additionalProperties: false } as const;
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Name = Type.String({ pattern: '^[a-z_][a-z0-9_]{0,62}$' });
const Size = Type.Integer({ minimum: 0 });

/** What is encrypted with one key: the node's own, or an operation's. */
const Part = Type.Object(
  {
    part: Type.String({ pattern: '^[a-z0-9_-]{1,80}$' }),
    /** age recipient of the key in the register; null in clear. */
    recipient: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);
export type Part = Static<typeof Part>;

/** `sizeBytes` and `sha256` are of what went in: before compression and encryption. */
const TableEntry = Type.Object(
  {
    table: Name,
    columns: Type.Array(Name),
    part: Type.String(),
    /** Rows as erasing this operation would leave them: they count where its own part is not readable any more. */
    insteadOf: Type.Optional(Type.String()),
    file: Type.String(),
    rows: Size,
    sizeBytes: Size,
    sha256: Digest,
  },
  closed,
);
export type TableEntry = Static<typeof TableEntry>;

const FileEntry = Type.Object(
  {
    /** Below the node's folder, with `/`. */
    path: Type.String({ minLength: 1, maxLength: 4000 }),
    part: Type.String(),
    /** Below the backup's folder. */
    file: Type.String(),
    sizeBytes: Size,
    sha256: Digest,
    /** Of the original, in milliseconds: tells whether a later backup may take it from this one. */
    modifiedMs: Type.Number(),
  },
  closed,
);
export type FileEntry = Static<typeof FileEntry>;

const Job = Type.Object(
  {
    name: Type.String(),
    data: Type.Object({}, { additionalProperties: true }),
    onceKey: Type.Union([Type.String(), Type.Null()]),
  },
  closed,
);

export const Manifest = Type.Object(
  {
    format: Type.Literal(BACKUP_FORMAT),
    agencyId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    /** Of the snapshot of the database. */
    at: Type.String({ format: 'date-time' }),
    encrypted: Type.Boolean(),
    parts: Type.Array(Part),
    /** The schema that the tables have. */
    migrations: Type.Array(Type.Object({ name: Type.String(), sha256: Digest }, closed)),
    tables: Type.Array(TableEntry),
    sequences: Type.Array(Type.Object({ sequence: Name, value: Size }, closed)),
    /** Work that waited or ran. */
    jobs: Type.Array(Job),
    files: Type.Array(FileEntry),
    /** The custody log in the snapshot: its newest event, its tree, and the newest checkpoint of it. */
    custody: Type.Object(
      { sequence: Size, size: Size, checkpoint: Type.Union([Type.String(), Type.Null()]) },
      closed,
    ),
  },
  closed,
);
export type Manifest = Static<typeof Manifest>;

const check = Compile(Manifest);

/** The manifest as it is kept: with a digest of itself, so that a disk's fault in it is found as one in a file is. */
export function writeManifest(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, sha256: digestOf(manifest) }, null, 1)}\n`;
}

/** @throws backup/damaged */
export function readManifest(text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IcarusError('backup/damaged', { place: MANIFEST_FILE }, { cause });
  }
  const { format } = { ...(value as object) } as { format?: unknown };
  if (typeof format === 'string' && format.startsWith('icarus-backup/') && format !== BACKUP_FORMAT)
    throw new IcarusError('backup/other-format', { format });
  const { sha256, ...manifest } = { ...(value as object) } as { sha256?: unknown };
  if (!check.Check(manifest) || sha256 !== digestOf(manifest))
    throw new IcarusError('backup/damaged', { place: MANIFEST_FILE });
  return manifest;
}

function digestOf(manifest: Manifest): string {
  return createHash('sha256')
    .update(canonicalJson(manifest as unknown as Json))
    .digest('hex');
}
