/**
 * Verifying a whole log: every leaf is computed anew from its event, every tile and every root from the
 * leaves, and every signature is checked. It reads the log once, a page at a time; memory does not grow
 * with the log. It trusts nothing but the keys that it is given.
 */
import { IcarusError, isIcarusError } from '#core/errors.ts';
import { readCheckpoint, signedAt } from './checkpoint.ts';
import { leafHash } from './leaf.ts';
import { cosignedAt, readSignatureLine, readVerifierKey, type VerifierKey } from './note.ts';
import { type Edge, grownTiles, rootOfSpan, type TileId, type TileReader } from './tiles.ts';
import { EMPTY_ROOT } from './tree.ts';

/** A numbered event as the log has it. */
export interface LogEntry {
  readonly index: number;
  readonly leafHash: Buffer;
  /** Null where it was erased, or is not shown to this reader; then the leaf stands for it. */
  readonly event: string | null;
  readonly salt: Buffer | null;
  /** What is wrong with the row beside the event itself, found by the source. */
  readonly fault?: FaultKind;
}

export interface StatedCheckpoint {
  readonly size: number;
  /** The signed note, with or without cosignatures. */
  readonly note: string;
  /** Lines of cosignatures kept apart from it. */
  readonly cosignatures: readonly string[];
}

/** A tile as it is kept; without hashes where it is missing. */
export interface StatedTile {
  readonly hashes: Uint8Array;
  readonly nodes?: Uint8Array | null;
}

/** Where a log is read from: a database, or a folder that was exported. */
export interface LogSource {
  readonly size: number;
  /** In order, in pages. */
  pages(): AsyncIterable<readonly LogEntry[]>;
  tiles(ids: readonly TileId[]): Promise<(tile: TileId) => StatedTile>;
  /** Checkpoints of more than `after` and up to `to` leaves, in order. */
  checkpoints(after: number, to: number): Promise<readonly StatedCheckpoint[]>;
  /** How many events neither have a number nor wait for one; only a database knows. */
  unnumbered?(): Promise<number>;
}

export type FaultKind =
  | 'event-altered'
  | 'event-missing'
  | 'columns-altered'
  | 'erased-without-event'
  | 'number-missing'
  | 'tile-altered'
  | 'root-altered'
  | 'checkpoint-unsigned'
  | 'cosignature-invalid'
  | 'event-unnumbered'
  | 'checkpoint-missing';

export interface Fault {
  readonly kind: FaultKind;
  /** Number of the leaf, or size of the checkpoint. */
  readonly at: number;
}

export interface Verdict {
  readonly holds: boolean;
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** Events whose content was there, and those of which only the leaf is. */
  readonly whole: number;
  readonly leafOnly: number;
  readonly checkpoints: number;
  /** For each witness whose key is known: the largest tree that it cosigned. */
  readonly witnesses: Readonly<Record<string, number>>;
  /** Cosignatures of witnesses whose key is not known here. */
  readonly unknownCosignatures: number;
  /** The first ones found; `faultCount` is how many there are. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

export interface VerifyOptions {
  readonly logKey: string;
  readonly witnessKeys: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const MOST_FAULTS = 100;

/** @throws custody/key-unreadable; the signal's reason */
export async function verifyLog(source: LogSource, options: VerifyOptions): Promise<Verdict> {
  const check = checking(source, options);
  for await (const page of source.pages()) {
    options.signal?.throwIfAborted();
    await check.page(page);
    options.onProgress?.(check.size(), source.size);
  }
  for (let left = (await source.unnumbered?.()) ?? 0; left > 0; left--)
    check.fault('event-unnumbered', check.size());
  return check.verdict();
}

function checking(source: LogSource, options: VerifyOptions) {
  const signatures = signatureCheck(options);
  const faults: Fault[] = [];
  let faultCount = 0;
  const fault = (kind: FaultKind, at: number): void => {
    faultCount++;
    if (faults.length < MOST_FAULTS) faults.push({ kind, at });
  };
  let size = 0;
  let whole = 0;
  let tiles = new Map<string, Uint8Array>();
  let root = EMPTY_ROOT;
  let lastCheckpoint = 0;
  const read: TileReader = ({ level, index }) => tiles.get(`${level}/${index}`) ?? new Uint8Array();

  function entryLeaf(entry: LogEntry, expected: number): Buffer {
    if (entry.index !== expected) fault('number-missing', expected);
    if (entry.fault) fault(entry.fault, entry.index);
    if (entry.event === null || entry.salt === null) return entry.leafHash;
    whole++;
    signatures.learnKey(entry.event);
    const computed = leafHash(entry.salt, entry.event);
    if (!computed.equals(entry.leafHash)) fault('event-altered', entry.index);
    return computed;
  }

  async function page(entries: readonly LogEntry[]): Promise<void> {
    const leaves = entries.map((entry, at) => entryLeaf(entry, size + at));
    const grown = grownTiles(size, leaves, read);
    const stated = await source.tiles(grown.map(({ tile }) => tile));
    const next = new Map(tiles);
    for (const { tile, hashes, nodes } of grown) {
      if (!agrees(stated(tile), { hashes, nodes }))
        fault('tile-altered', tile.index * 256 ** (tile.level + 1));
      next.set(`${tile.level}/${tile.index}`, hashes);
    }
    tiles = next;
    const before = size;
    size += leaves.length;
    for (const checkpoint of await source.checkpoints(before, size)) checkOne(checkpoint);
    root = rootOfSpan({ start: 0, end: size }, read);
    // Only the right edge is needed from here on.
    tiles = new Map([...tiles].filter(([id]) => isEdge(id, size)));
  }

  function checkOne(checkpoint: StatedCheckpoint): void {
    lastCheckpoint = checkpoint.size;
    const expected = rootOfSpan({ start: 0, end: checkpoint.size }, read);
    for (const kind of signatures.check(checkpoint, expected)) fault(kind, checkpoint.size);
  }

  return {
    page,
    fault,
    size: () => size,
    verdict(): Verdict {
      if (lastCheckpoint < size) fault('checkpoint-missing', size);
      const { checkpoints, witnesses, unknown } = signatures.counts();
      return {
        holds: faultCount === 0,
        size,
        root: root.toString('hex'),
        whole,
        leafOnly: size - whole,
        checkpoints,
        witnesses: Object.fromEntries(witnesses),
        unknownCosignatures: unknown,
        faults,
        faultCount,
      };
    },
  };
}

/** A tile may be longer by now, and one from an earlier version has no nodes. */
function agrees(stated: StatedTile, computed: Pick<Edge, 'hashes' | 'nodes'>): boolean {
  const { hashes, nodes } = computed;
  if (Buffer.compare(stated.hashes.subarray(0, hashes.length), hashes) !== 0) return false;
  return !nodes || !stated.nodes || Buffer.compare(stated.nodes, nodes) === 0;
}

/** Will a tile still be read or grown when the tree has `size` leaves? */
function isEdge(id: string, size: number): boolean {
  const [level = 0, index = 0] = id.split('/').map(Number);
  return (index + 1) * 256 ** (level + 1) > size;
}

function signatureCheck({ logKey, witnessKeys }: VerifyOptions) {
  const own = [readVerifierKey(logKey)];
  const known = new Map(witnessKeys.map(readVerifierKey).map((key) => [key.name, key]));
  const witnesses = new Map<string, number>();
  let checkpoints = 0;
  let unknown = 0;

  function cosignatureFaults(text: string, size: number, lines: readonly string[]): FaultKind[] {
    const faults: FaultKind[] = [];
    for (const line of lines) {
      const signature = readSignatureLine(line);
      const key: VerifierKey | undefined = known.get(signature.name);
      if (!key || signature.keyId !== key.cosignatureId) unknown++;
      else if (cosignedAt(text, signature, key)) witnesses.set(key.name, size);
      else faults.push('cosignature-invalid');
    }
    return faults;
  }

  return {
    /** A log whose key was replaced says so itself, before the new key signs. */
    learnKey(event: string): void {
      if (!event.includes('"logKey":"')) return;
      const { facts } = JSON.parse(event) as { facts?: { logKey?: unknown } };
      const text = typeof facts?.logKey === 'string' ? facts.logKey : undefined;
      if (text === undefined) return;
      const key = readVerifierKey(text);
      if (key.name === own[0]?.name) own.push(key);
    },
    check({ size, note, cosignatures }: StatedCheckpoint, root: Buffer): FaultKind[] {
      checkpoints++;
      try {
        const checkpoint = readCheckpoint(note);
        const isOwn = own.some((key) => signedAt(checkpoint, key) !== undefined);
        const others = checkpoint.note.signatures
          .filter(({ name }) => name !== checkpoint.origin)
          .map(({ line }) => line);
        return [
          ...(isOwn ? [] : (['checkpoint-unsigned'] as const)),
          ...(checkpoint.size === size && checkpoint.root.equals(root) ? [] : (['root-altered'] as const)),
          ...cosignatureFaults(checkpoint.note.text, size, [...others, ...cosignatures]),
        ];
      } catch (error) {
        if (!isIcarusError(error)) throw error;
        return ['checkpoint-unsigned'];
      }
    },
    counts: () => ({ checkpoints, witnesses, unknown }),
  };
}

/** @throws custody/log-broken where it does not hold */
export function requireHolds(verdict: Verdict): void {
  const [first] = verdict.faults;
  if (!first) return;
  throw new IcarusError('custody/log-broken', {
    count: verdict.faultCount,
    what: FAULT_WORDS[first.kind],
    at: first.at,
  });
}

/** Each fault in words; the number of the leaf or the size of the tree follows. */
export const FAULT_WORDS: Readonly<Record<FaultKind, string>> = {
  'event-altered': 'an event is not what its leaf was made of',
  'event-missing': 'an event is gone, without having been erased by the log’s own way',
  'columns-altered': 'the searchable columns of an event say something else than the event',
  'erased-without-event': 'an event was erased, and no event says so',
  'number-missing': 'a number of the tree is missing',
  'tile-altered': 'a tile does not agree with the leaves',
  'root-altered': 'a signed checkpoint has another root than the events',
  'checkpoint-unsigned': 'a checkpoint is not signed by the log',
  'cosignature-invalid': 'a cosignature of a partner does not hold',
  'event-unnumbered': 'an event neither has a number nor waits for one',
  'checkpoint-missing': 'the newest events are under no checkpoint',
};
