/**
 * The examination of seized devices in three countries: each registers what its notable case seized, brings
 * one device to the laboratory, reads the synthetic folder that stands for it, and makes a report.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { OpenNode } from '#assembly/open-node.ts';
import type { OperationId } from '#core/ids.ts';
import { exhibitChain, exhibitsOf } from '#evidence/exhibit-store.ts';
import { inventoriesOf } from '#evidence/inventory-store.ts';
import { newestEvidenceReport } from '#evidence/report-store.ts';
import { exhibitSummary } from '#evidence/summary.ts';
import type { InventoryTotals } from '#evidence/totals.ts';
import type { ExhibitAct, ExhibitId } from '#evidence/types.ts';
import { type DeskClient, deskAt } from './desk-client.ts';
import { LISTS } from './material/hash-lists.ts';
import { type MaterialPaths, materialPaths, writeMaterial } from './material/write.ts';
import { AGENCIES, agencyIdOf, MOMENTS } from './scenario.ts';
import {
  type CaseSeizure,
  EXAMINED,
  type ExaminedCase,
  seizureOf,
  WAITING_KINDS,
} from './scenario-exhibits.ts';
import { storyActs } from './steps-feedback.ts';
import type { Step, StepRun } from './story.ts';
import { until } from './wait.ts';
import { nodeOf, operationOf, type World } from './world.ts';

export const exhibits: Step<World> = {
  id: 'exhibits',
  title: 'Seized devices are examined',
  words:
    'Denmark, Sweden and Belgium register what was seized; one device of each is read, matched with hash lists and reported on. Its files are drawn.',
  async run(world, run) {
    world.host.clock.moveTo(MOMENTS.exhibits);
    const home = join(world.host.home, 'material');
    await writeMaterial(home, {
      seed: world.seed,
      devices: new Map(EXAMINED.map(({ country, pictures }) => [country, pictures])),
      signal: run.signal,
      onProgress: (done, total) => run.progress(done, total, 'files drawn'),
    });
    const acts = await storyActs(world);
    const totals: InventoryTotals[] = [];
    let registered = 0;
    for (const [index, examined] of EXAMINED.entries()) {
      await run.gate();
      run.progress(index, EXAMINED.length, 'countries');
      const lab = await labOf(world, run, examined);
      const seizure = seizureOf(examined.country, acts);
      registered += seizure.devices;
      const device = await registerAll(lab, seizure);
      await importLists(lab);
      totals.push(await examine(lab, device));
    }
    return `${registered} devices registered, ${EXAMINED.length} examined: ${inWords(totals)}`;
  },
};

function inWords(totals: readonly InventoryTotals[]): string {
  const sum = (count: (one: InventoryTotals) => number): number =>
    totals.reduce((total, one) => total + count(one), 0);
  const parts = [
    `${sum(({ known }) => known.files)} known`,
    `${sum(({ ofInterest }) => ofInterest.files)} of interest`,
    `${sum(({ benign }) => benign.files)} benign`,
    `${sum(({ unknown }) => unknown.files)} unknown`,
    `${sum(({ notExamined }) => notExamined)} not examined`,
  ];
  return `${sum(({ seen }) => seen)} files, ${parts.join(', ')}.`;
}

/** Where and by whom one country's device is examined. */
interface Lab {
  readonly node: OpenNode;
  readonly operationId: OperationId;
  readonly examined: ExaminedCase;
  readonly investigator: DeskClient;
  readonly examiner: DeskClient;
  /** The officer's name, as seizure and chain state it. */
  readonly person: string;
  readonly material: MaterialPaths;
  readonly signal: AbortSignal;
}

async function labOf(world: World, { signal }: StepRun, examined: ExaminedCase): Promise<Lab> {
  const agencyId = agencyIdOf(examined.country);
  const node = nodeOf(world, agencyId);
  return {
    node,
    operationId: (await operationOf(world)).operationId,
    examined,
    investigator: await deskAt(world, node, 'investigator'),
    examiner: await deskAt(world, node, 'examiner'),
    person: AGENCIES.find((agency) => agency.agencyId === agencyId)?.officers[0] ?? 'Officer',
    material: materialPaths(join(world.host.home, 'material')),
    signal,
  };
}

/** Registers every device of the case and returns the id of the one to examine. */
async function registerAll(lab: Lab, { targetId, seizedAt, devices }: CaseSeizure): Promise<ExhibitId> {
  const { node, operationId, examined, investigator, person } = lab;
  const known = new Map((await exhibitsOf(node.ctx.db, operationId)).map((one) => [one.reference, one]));
  let first: string | undefined;
  for (let n = 1; n <= devices; n++) {
    const reference = `${examined.country}-2011-1/${n}`;
    const isFirst = n === 1;
    const exhibit =
      known.get(reference) ??
      (await investigator.post<{ exhibitId: string }>('{op}/exhibits', {
        targetId,
        reference,
        kind: isFirst ? examined.kind : (WAITING_KINDS[n % WAITING_KINDS.length] ?? 'other'),
        description: isFirst ? examined.description : 'Synthetic. Waits for examination.',
        seizedAt,
        seizedWhere: 'Home of the suspect (synthetic)',
        seizedBy: person,
        sealNumber: sealOf(examined, n),
      }));
    first ??= exhibit.exhibitId;
  }
  if (!first) throw new Error(`no device was seized in ${examined.country}`);
  return first as ExhibitId;
}

function sealOf({ country }: ExaminedCase, n: number): string {
  return `${country} ${String(4000 + n)}`;
}

async function importLists({ examiner, material, signal }: Lab): Promise<void> {
  for (const { fileName, name, meaning } of Object.values(LISTS)) {
    const query = new URLSearchParams({ name, source: 'Exercise', version: '1', meaning });
    const bytes = () => createReadStream(material.list(fileName));
    await examiner.send(`{op}/hash-lists?${query.toString()}`, { bytes, signal });
  }
}

/** To the laboratory, opened and imaged before it is read. */
const TO_THE_LAB: readonly ExhibitAct[] = ['moved', 'opened', 'imaged'];
const LAB = 'Forensic laboratory (synthetic)';

async function examine(lab: Lab, exhibitId: ExhibitId): Promise<InventoryTotals> {
  const { node, examined, investigator, examiner, person, material, signal } = lab;
  const { db } = node.ctx;
  const place = `{op}/exhibits/${exhibitId}`;
  const chain = new Set((await exhibitChain(db, exhibitId)).map(({ kind }) => kind));
  for (const kind of TO_THE_LAB) {
    if (chain.has(kind)) continue;
    const happenedAt = node.ctx.clock.now();
    await investigator.post(`${place}/acts`, { kind, happenedAt, person, place: LAB });
  }
  if ((await inventoriesOf(db, exhibitId)).length === 0) {
    const folder = material.device(examined.country);
    await examiner.post(`${place}/inventories`, { folder });
  }
  await until(signal, async () => {
    const [inventory] = await inventoriesOf(db, exhibitId);
    if (inventory?.state === 'failed') throw new Error(`an inventory failed: ${inventory.failure}`);
    return inventory?.state === 'done' || undefined;
  });
  if (!(await newestEvidenceReport(db, exhibitId))) await examiner.post(`${place}/report`, undefined, signal);
  const { inventory } = await exhibitSummary(db, exhibitId);
  if (!inventory) throw new Error('an inventory that is done has no summary');
  return inventory.totals;
}
