/**
 * "If only so many can be worked": the targets that together account for most of the files, graver and rarer
 * files weighing more. Only targets that a direct grade saw and an operator can still identify count, unless
 * it is asked otherwise; those with imminent risk come first, then those known before. The result is kept in
 * the build's folder under the digest of what was asked, so that it is there at once the next time.
 */
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { closedTo } from '#access/closed-persons.ts';
import { type Actor, authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId, TargetId } from '#core/ids.ts';
import { duckOptions, type LakeContext, openLake } from '#observations/lake.ts';
import type { FilesByCode } from '#observations/types.ts';
import type { DuckDb } from '#platform/duckdb.ts';
import { greedyCover } from './cover-greedy.ts';
import { type CoverFiles, type CoverSources, coverInput } from './cover-input.ts';
import { rankingName } from './ranking.ts';
import { type TargetSource, targetSource } from './target-reader.ts';

export interface CoverAsked {
  readonly operationId: OperationId;
  /** Default: all countries. */
  readonly country?: string | undefined;
  /** How many targets can be worked. */
  readonly most: number;
  /** Also targets that no direct grade saw. */
  readonly hearsay: boolean;
  /** Also targets whose records are gone. */
  readonly expired: boolean;
}

export interface CoverRow {
  readonly targetId: TargetId;
  readonly clientId: string;
  readonly country: string | null;
  readonly standing: 'imminent-risk' | 'known' | null;
  /** Files that none before it supplies, and those of them with a code. */
  readonly added: number;
  readonly addedByCode: FilesByCode;
  readonly gain: number;
  /** Of the points of all files, with all targets before it. 0 to 1. */
  readonly share: number;
  readonly words: string;
}

export interface Cover {
  readonly asked: Omit<CoverAsked, 'operationId'>;
  /** Targets to choose from. */
  readonly candidates: number;
  readonly files: number;
  readonly points: number;
  /** False where not all candidates fitted into memory and one left out may have been chosen. */
  readonly exact: boolean;
  readonly ranking: string;
  readonly computedAt: string;
  readonly rows: readonly CoverRow[];
}

export interface CoverWork {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/**
 * Computes what was asked, or reads it where it was computed within the hour.
 * @throws `access/denied`, `targets/not-built`, `disk/full`, the signal's reason
 */
export async function coverTargets(
  ctx: LakeContext,
  actor: Actor,
  asked: CoverAsked,
  { signal, onProgress }: CoverWork = {},
): Promise<Cover> {
  authorize(actor, 'targets.read', asked);
  await using duck = await openLake(duckOptions(ctx, signal));
  const source = await targetSource(ctx, asked.operationId, duck);
  if (!source) throw new IcarusError('targets/not-built');
  const file = coverFile(source, asked);
  const kept = await readCover(file);
  if (kept) return kept;
  const cover = await compute(ctx, duck, { source, asked, onProgress });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(cover), { mode: 0o600 });
  await rename(draft, file);
  return cover;
}

/** What is kept of an earlier computation; undefined where there is none that still holds. */
export async function keptCover(
  ctx: LakeContext,
  actor: Actor,
  asked: CoverAsked,
): Promise<Cover | undefined> {
  authorize(actor, 'targets.read', asked);
  const source = await targetSource(ctx, asked.operationId);
  const cover = source && (await readCover(coverFile(source, asked)));
  const closed = await closedTo(ctx, actor, asked.operationId);
  return cover && { ...cover, rows: cover.rows.filter(({ targetId }) => !closed.has(targetId)) };
}

const HOUR_MS = 3_600_000;

/** Everything that the result depends on; of the time the hour, since what can be identified changes with it. */
function coverFile({ build, folder, merged, standings, now }: TargetSource, asked: CoverAsked): string {
  const { country = null, most, hearsay, expired } = asked;
  const said = standings.map(({ targetId, imminentRisk }) => [targetId, imminentRisk !== null]);
  const hour = Math.floor(now.getTime() / HOUR_MS);
  const all = [build.ranking, country, most, hearsay, expired, said, merged.hidden, merged.over(''), hour];
  const digest = createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 20);
  return join(folder, `cover-${digest}.json`);
}

async function readCover(file: string): Promise<Cover | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Cover);
}

async function compute(ctx: LakeContext, duck: DuckDb, sources: CoverSources): Promise<Cover> {
  const { source, asked } = sources;
  const input = await coverInput(ctx, duck, sources);
  const picks = greedyCover(input, asked.most);
  let together = 0;
  const rows = picks.map(({ target, gain, added }): CoverRow => {
    together += gain;
    const addedByCode = byCode(input, added);
    const share = input.points === 0 ? 0 : together / input.points;
    const standing = input.standing[target];
    return {
      ...input.name(target),
      standing: standing === 2 ? 'imminent-risk' : standing === 1 ? 'known' : null,
      added: added.length,
      addedByCode,
      gain,
      share,
      words: coverWords(added.length, addedByCode, share),
    };
  });
  const least = picks.length < asked.most ? 0 : (picks.at(-1)?.gain ?? 0);
  const { operationId: _operation, ...parameters } = asked;
  return {
    asked: parameters,
    candidates: input.candidates,
    files: input.fileCount,
    points: input.points,
    exact: input.heaviestLeftOut <= least,
    ranking: rankingName(source.build.profile),
    computedAt: source.now.toISOString(),
    rows,
  };
}

function byCode({ codes }: CoverFiles, added: readonly number[]): FilesByCode {
  const counts = [0, 0, 0, 0];
  for (const file of added) counts[codes[file] ?? 0] = (counts[codes[file] ?? 0] ?? 0) + 1;
  return { A: counts[1] ?? 0, B: counts[2] ?? 0, C: counts[3] ?? 0 };
}

/** `adds 41 files that none before it supplies, 3 of them with code A; together 62.0% of all points` */
function coverWords(added: number, codes: FilesByCode, share: number): string {
  const coded = Object.entries(codes).filter(([, count]) => count > 0);
  const graver = coded.map(([code, count]) => `${count} with code ${code}`).join(', ');
  const files = added === 1 ? '1 file' : `${added} files`;
  return `adds ${files} that none before it ${added === 1 ? 'has' : 'supplies'}${graver && `, of them ${graver}`}; together ${(share * 100).toFixed(1)}% of all points`;
}
