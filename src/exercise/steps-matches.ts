/**
 * The cross-match: Europol's own synthetic holdings, the selectors of every suspect so far, the hits between
 * them, and an officer's decisions, from which the networks follow.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CountryCode } from '#core/countries.ts';
import type { Hit } from '#crossmatch/hit.ts';
import { hitsPage } from '#crossmatch/hit-store.ts';
import { networks } from '#crossmatch/networks.ts';
import type { HoldingsUploaded } from '#crossmatch/schemas.ts';
import { deskAt } from './desk-client.ts';
import { HOLDINGS_MAPPING, holdingsCsv } from './material/holdings.ts';
import { selectorsOf } from './material/selectors.ts';

import { agencyIdOf, MOMENTS } from './scenario.ts';
import { PLANTED_HITS, type PlantedHit } from './scenario-matches.ts';
import { type Suspect, suspectsIn } from './scenario-suspects.ts';
import { storyActs } from './steps-feedback.ts';
import type { Step, StepRun } from './story.ts';
import { until } from './wait.ts';
import { coordinatorOf, nodeOf, operationOf, type World } from './world.ts';

export const matches: Step<World> = {
  id: 'matches',
  title: 'Suspects are matched',
  words:
    'Countries send selectors of their suspects; Europol matches them with what it knows and with one another; an officer decides each hit.',
  async run(world, run) {
    world.host.clock.moveTo(MOMENTS.matches);
    const held = await importKnown(world, run);
    const before = (await storyActs(world)).filter(({ at }) => at <= MOMENTS.matches);
    const suspects = suspectsIn(before);
    await sendAll(world, run, [...suspects]);
    const hits = await until(run.signal, () => plantedHits(world));
    await decideAll(world, run, hits);
    const sent = [...suspects.values()].reduce((sum, of) => sum + of.length, 0);
    return `${sent} suspects of ${suspects.size} countries matched with ${held} persons known: ${await networksInWords(world)}`;
  },
};

/** Writes and imports Europol's holdings; returns how many they are. */
async function importKnown(world: World, { signal }: StepRun): Promise<number> {
  const coordinator = coordinatorOf(world);
  const path = join(world.host.home, 'material', 'holdings.csv');
  await mkdir(dirname(path), { recursive: true });
  await pipeline(Readable.from(holdingsCsv(world.seed)), createWriteStream(`${path}.tmp`), { signal });
  await rename(`${path}.tmp`, path);
  const officer = await deskAt(world, coordinator, 'coordinator');
  const { mappingId } = await officer.post<{ mappingId: string }>('/crossmatch/mappings', HOLDINGS_MAPPING);
  const query = new URLSearchParams({
    mappingId,
    fileName: basename(path),
    source: 'Case index (synthetic)',
    evaluationSource: 'B',
    evaluationInformation: '2',
    handlingCodes: 'H0',
    dataSubjectCategory: 'convicted',
  });
  const { import: imported } = await officer.send<HoldingsUploaded>(
    `/crossmatch/holdings?${query.toString()}`,
    {
      bytes: () => createReadStream(path),
      contentType: 'text/csv',
      signal,
    },
  );
  return imported.holdings;
}

async function sendAll(
  world: World,
  run: StepRun,
  byCountry: readonly (readonly [CountryCode, readonly Suspect[]])[],
): Promise<void> {
  for (const [index, [country, suspects]] of byCountry.entries()) {
    if (index < run.marked) continue;
    await run.gate();
    const node = nodeOf(world, agencyIdOf(country));
    const investigator = await deskAt(world, node, 'investigator');
    await investigator.post('{op}/crossmatch/selectors', {
      suspects: suspects.map((suspect) => ({
        suspectRef: suspect.reference,
        targetId: suspect.targetId,
        category: 'suspect',
        minor: false,
        evaluation: { source: 'A', information: '1' },
        handling: { codes: ['H0'], text: '' },
        selectors: selectorsOf(suspect.reference, world.seed),
      })),
    });
    await run.mark(index + 1);
    run.progress(index + 1, byCountry.length, 'countries');
  }
}

type FoundHit = readonly [PlantedHit, Hit];
const MOST_HITS = 1_000;

/** The hits that the story must find; undefined until each of them is found with all that it shares. */
async function plantedHits(world: World): Promise<FoundHit[] | undefined> {
  const { ctx } = coordinatorOf(world);
  const { operationId } = await operationOf(world);
  const page = { sort: 'found', offset: 0, limit: MOST_HITS } as const;
  const all = await hitsPage(ctx.db, { operationId }, ctx.clock.now(), page);
  const found = PLANTED_HITS.flatMap((planted): FoundHit[] => {
    const hit = all.find((one) => isPlanted(one, planted));
    return hit ? [[planted, hit]] : [];
  });
  return found.length === PLANTED_HITS.length ? found : undefined;
}

function isPlanted({ sides, selectors }: Hit, planted: PlantedHit): boolean {
  const references = new Set(sides.map(({ reference }) => reference));
  return (
    planted.sides.every((reference) => references.has(reference)) && selectors.length >= planted.shared.length
  );
}

async function decideAll(world: World, run: StepRun, hits: readonly FoundHit[]): Promise<void> {
  const officer = await deskAt(world, coordinatorOf(world), 'coordinator');
  for (const [{ decision, reason }, { hitId, current }] of hits) {
    await run.gate();
    if (current === undefined)
      await officer.post(`{op}/crossmatch/hits/${hitId}/decisions`, { decision, reason, seenVersion: 0 });
  }
}

async function networksInWords(world: World): Promise<string> {
  const { ctx } = coordinatorOf(world);
  const { operationId } = await operationOf(world);
  const all = await networks(ctx.db, { operationId }, ctx.clock.now());
  const known = all.filter(({ kind }) => kind === 'known-network');
  const groups = all.filter(({ kind }) => kind === 'new-group');
  const singles = all.filter(({ kind }) => kind === 'single');
  const where = groups.map(({ countries }) => `${countries.length} countries`).join(', ');
  return `${known.length} known network touched, ${groups.length} new group over ${where}, ${singles.length} known offenders by themselves.`;
}
