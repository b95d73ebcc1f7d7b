/**
 * How right suggested links are, against what the log's generator knows of its clients; and how many hours of
 * investigators the urgency list saves against a list sorted by the number of files.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLake } from '#observations/lake.ts';
import { linkSources } from '#observations/links/link-sources.ts';
import { suggestLinks } from '#observations/links/suggest.ts';
import { linksFile } from '#observations/links/suggestions.ts';
import { LINK_TYPES } from '#observations/links/types.ts';
import { type DuckDb, sqlText } from '#platform/duckdb.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { loadTruth, NAIVE, type Rightness, rightness } from './links/right.ts';
import { savedHours } from './links/saved.ts';
import { ANALYST, OPERATION, openScene, type Scene } from './links/scene.ts';

export const room = 'links';

export async function run({ small, scratch, log }: BenchOptions): Promise<Figure[]> {
  const observations = small ? 1_000_000 : 10_000_000;
  await using scene = await openScene({ scratch, observations, log });
  const startedAt = performance.now();
  const { runId } = await suggestLinks(scene.ctx, ANALYST, { operationId: OPERATION });
  const seconds = (performance.now() - startedAt) / 1000;
  log(`links suggested in ${seconds.toFixed(1)} s`);
  const links = linksFile(scene.ctx.paths.lake, runId);
  const figures = await linkFigures(scene, scratch, links);
  return [
    { name: `suggestions over ${observations.toLocaleString('en-GB')} rows`, value: seconds, unit: 's' },
    ...figures,
    ...(await savedHours(scene.ctx)),
  ];
}

async function linkFigures(scene: Scene, scratch: string, links: string): Promise<Figure[]> {
  const folder = join(scratch, 'naive');
  await mkdir(folder);
  await using duck = await openLake({ temporaryFolder: folder });
  const { places } = await linkSources(scene.ctx, OPERATION);
  await loadTruth(duck, scene.truth, places);
  const naive = await rightness(duck, NAIVE['same address within 2 days']);
  const ever = await rightness(duck, NAIVE['same address ever']);
  const figures: Figure[] = [];
  for (const type of LINK_TYPES)
    figures.push(...beside(type, await ofLinks(duck, links, `type = '${type}'`), naive));
  for (const least of [90, 80])
    figures.push(...beside(`score ${least} or more`, await ofLinks(duck, links, `score >= ${least}`), naive));
  figures.push(...beside('all rules', await ofLinks(duck, links, 'true'), ever, 'same address ever'));
  return figures;
}

function ofLinks(duck: DuckDb, links: string, where: string): Promise<Rightness> {
  return rightness(
    duck,
    `SELECT earlier_client_id AS x, later_client_id AS y FROM read_parquet(${sqlText(links)}) WHERE ${where}`,
  );
}

function beside(
  name: string,
  found: Rightness,
  peer: Rightness,
  peerName: keyof typeof NAIVE = 'same address within 2 days',
): Figure[] {
  const figure = (what: keyof Rightness, unit: string): Figure => ({
    name: `${name}: ${what}`,
    value: found[what],
    unit,
    peer: { name: peerName, value: peer[what] },
    ...(what !== 'pairs' && peer[what] > 0 && { ratio: found[what] / peer[what] }),
  });
  return [figure('pairs', 'pairs'), figure('precision', '%'), figure('recall', '%')];
}
