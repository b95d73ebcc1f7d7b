/** What an archive gives back, as anybody can see it who has its folder. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ARCHIVE_PART, partRecipients } from '#protection/backup-keys.ts';
import { keyTag, reachOf, readArchive } from './layout.ts';

export interface ArchiveSpan {
  readonly folder: string;
  readonly from: string;
  /** Last moment that can be brought back; null where there is none. */
  readonly until: string | null;
  /** `closed`: its key is destroyed. `unknown`: no register was named. */
  readonly key: 'there' | 'closed' | 'unknown';
  /** First file of the server's log of which a piece is missing, where others follow. */
  readonly gap: string | null;
  readonly pieces: number;
  readonly sizeBytes: number;
}

/**
 * Oldest first.
 * @param register to see which keys are there
 * @throws archive/missing, archive/several-nodes, archive/other-format, backup/damaged
 */
export async function archiveSpans(folder: string, register: string | undefined): Promise<ArchiveSpan[]> {
  const generations = await readArchive(folder);
  const tags = new Set(
    register === undefined ? [] : (await partRecipients(register, ARCHIVE_PART)).map(keyTag),
  );
  const spans: ArchiveSpan[] = [];
  for (const generation of generations) {
    const { from, until, gap } = reachOf(generation);
    const open = tags.has(generation.label.key) ? 'there' : 'closed';
    spans.push({
      folder: generation.folder,
      from: from.toISOString(),
      until: until?.toISOString() ?? null,
      key: register === undefined ? 'unknown' : open,
      gap: gap ?? null,
      pieces: generation.pieces.length,
      sizeBytes: await sizeOf(generation.folder),
    });
  }
  return spans;
}

async function sizeOf(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile())
      sum += (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  return sum;
}
