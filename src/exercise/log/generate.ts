/**
 * The synthetic observation log of the exercise: what a lead agency's tool could have exported, byte for
 * byte the same for the same options, at the memory of its population (a few megabytes at a million rows)
 * however long it is. Every client, file and hash in it is invented; only the addresses are real ranges, of
 * today's registries, so that attribution has something to do. The rows are in order of time.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { CountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { type Client, makeClients } from './clients.ts';
import { fileCount } from './files.ts';
import type { LogPlan } from './plan.ts';
import { randomFor } from './random.ts';
import type { AddressRegistry } from './registry.ts';
import { blockTable, fileTable } from './row-tables.ts';
import { fillChunk, openBlock, type RowCounts, rowWriter, takeChunk } from './row-writer.ts';
import { MALFORMED_KINDS, type MalformedKind } from './spoil.ts';
import { blockCount, timetable } from './timetable.ts';
import { type ClientTruth, clientTruths, type LogSummary } from './truth.ts';

export const LOG_HEADER = 'time,address,port,client_id,client,file_hash,file_size,grade\n';
const MOST_OBSERVATIONS = 1_000_000_000;

export interface LogOptions {
  /** Rows under the header, malformed and duplicate ones included; 0 to 1,000,000,000. */
  readonly observations: number;
  readonly seed: string | number;
  readonly from: Date;
  /** First instant after the log. */
  readonly until: Date;
  readonly registry: AddressRegistry;
  readonly plan: LogPlan;
  readonly signal?: AbortSignal | undefined;
  /** Rows written so far, about every 7,000 rows. */
  readonly onProgress?: ((rows: number) => void) | undefined;
  /** Called for each client before the first row. */
  readonly onClient?: ((client: ClientTruth) => void) | undefined;
  /** Called once, after the last row. */
  readonly onSummary?: ((summary: LogSummary) => void) | undefined;
}

/**
 * The log as chunks of about 1 MiB that end at line ends.
 * @throws IcarusError `exercise/log-option-invalid`; the signal's reason when aborted
 */
export async function* generateLog(options: LogOptions): AsyncGenerator<Uint8Array> {
  check(options);
  const { observations, seed, from, until, registry, plan, signal, onProgress } = options;
  const files = fileCount(observations);
  const clients = makeClients({ observations, seed, plan, blocks: blockCount(from, until), files });
  const known = tellClients(clients, options);
  const writer = rowWriter(LOG_HEADER, randomFor(seed, 'rows'), fileTable(seed, files));
  for (const block of timetable({ observations, from, until, clients })) {
    signal?.throwIfAborted();
    if (block.rows === 0) continue;
    openBlock(writer, block, blockTable(clients, block, registry));
    while (!fillChunk(writer)) {
      yield takeChunk(writer);
      onProgress?.(writer.counts.rows);
      await breathe();
      signal?.throwIfAborted();
    }
  }
  yield takeChunk(writer);
  onProgress?.(writer.counts.rows);
  options.onSummary?.(summarise(writer.counts, known));
}

type Known = Pick<LogSummary, 'clients' | 'targets' | 'targetsByCountry'>;

function tellClients(clients: readonly Client[], options: LogOptions): Known {
  const targetsByCountry = new Map<CountryCode, number>();
  let count = 0;
  let targets = 0;
  for (const client of clientTruths(clients, options.observations)) {
    count++;
    targets += client.ids.length;
    for (const { lastCountry } of client.ids) {
      targetsByCountry.set(lastCountry, (targetsByCountry.get(lastCountry) ?? 0) + 1);
    }
    options.onClient?.(client);
  }
  return { clients: count, targets, targetsByCountry };
}

function summarise(counts: RowCounts, known: Known): LogSummary {
  const malformed = Object.fromEntries(MALFORMED_KINDS.map((kind, i) => [kind, counts.malformed[i] ?? 0]));
  const spoiled = counts.malformed.reduce((sum, count) => sum + count, 0);
  return {
    rows: counts.rows,
    observations: counts.rows - spoiled - counts.duplicates,
    malformed: malformed as Record<MalformedKind, number>,
    duplicates: counts.duplicates,
    mappedAddresses: counts.mappedAddresses,
    bytes: counts.bytes,
    ...known,
  };
}

function check({ observations, from, until, plan, registry }: LogOptions): void {
  const refuse = (name: string, reason: string): never => {
    throw new IcarusError('exercise/log-option-invalid', { name, reason });
  };
  if (!Number.isInteger(observations) || observations < 0 || observations > MOST_OBSERVATIONS) {
    refuse('observations', `must be a whole number from 0 to ${MOST_OBSERVATIONS}`);
  }
  if (!(until.getTime() > from.getTime())) refuse('until', 'must be later than the beginning of the log');
  if (plan.countries.filter((one) => !one.onlyOne).length < 2)
    refuse('plan', 'must have two countries that can grow');
  for (const { country, minimumTargets } of plan.countries) {
    if (minimumTargets < 1) refuse('plan', `must have one target or more in ${country}`);
    if (!registry.has(country)) refuse('plan', `names ${country}, for which there are no addresses`);
  }
}
