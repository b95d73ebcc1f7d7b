/**
 * What the newest run already knows, held by links of this run's own: another run that finishes meanwhile
 * may remove its folder. A list is the addresses of one family and period, in one or more files.
 */
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationId } from '#core/ids.ts';
import { type LakeContext, type LakeDraft, lakeFolder } from '#observations/lake.ts';
import { type AttributionRun, runsOf } from '#observations/store.ts';
import type { Family } from './lookup.ts';

export interface EarlierRun {
  readonly run: AttributionRun;
  readonly folder: string;
  readonly lists: readonly EarlierList[];
}

export interface EarlierList {
  readonly family: Family;
  readonly period: number;
  /** Names of its files in the folder. */
  readonly files: readonly string[];
}

/** The file of a list's part; parts of all runs of an operation have names of their own. */
export function listFile({ family, period }: Pick<EarlierList, 'family' | 'period'>, part: string): string {
  return `family-${family}-period-${period}-${part}.parquet`;
}

const LIST_FILE = /^family-([46])-period-(\d+)-\w+\.parquet$/;

/** Links the newest run's files into `draft`; undefined where there is no run, or it went away meanwhile. */
export async function holdEarlierRun(
  ctx: LakeContext,
  draft: LakeDraft,
  operationId: OperationId,
): Promise<EarlierRun | undefined> {
  const [run] = await runsOf(ctx.db, operationId);
  if (!run) return undefined;
  const names = await linkAll(lakeFolder(ctx.paths.lake, 'attribution', run.runId), draft.folder).catch(
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    },
  );
  return names && { run, folder: draft.folder, lists: listsIn(names) };
}

async function linkAll(from: string, to: string): Promise<string[]> {
  const names = await readdir(from, { recursive: true, withFileTypes: true });
  await mkdir(join(to, 'lookup'), { recursive: true });
  const files = names.filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    await linkFile(join(parentPath, name), join(to, parentPath === from ? '' : 'lookup', name));
  }
  return files.filter(({ parentPath }) => parentPath === from).map(({ name }) => name);
}

/** A second name for a file; its copy where the file system has no links. */
export async function linkFile(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw error;
    await copyFile(from, to);
  });
}

function listsIn(names: readonly string[]): EarlierList[] {
  const lists = new Map<string, { family: Family; period: number; files: string[] }>();
  for (const name of names) {
    const [, family, period] = LIST_FILE.exec(name) ?? [];
    if (family === undefined) continue;
    const key = `${family}-${period}`;
    const list = lists.get(key) ?? { family: family === '4' ? 4 : 6, period: Number(period), files: [] };
    list.files.push(name);
    lists.set(key, list);
  }
  return [...lists.values()];
}
