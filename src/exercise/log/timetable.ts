/**
 * When the rows of the log fall: the window in blocks of four hours, more rows in the evening and at the
 * weekend, and one promised row for each id in the last block in which it is used, so that every id of the
 * population occurs and the end of its story is known before the first row is written.
 */
import { BLOCKS_PER_DAY, type Client, lastBlockOf } from './clients.ts';

const BLOCK_MS = 14_400_000;

export interface Block {
  readonly index: number;
  readonly start: Date;
  readonly lengthMs: number;
  /** All rows of the block, the promised ones included. */
  readonly rows: number;
  /** Indices of the clients whose id is promised a row here. */
  readonly promised: readonly number[];
}

export function blockCount(from: Date, until: Date): number {
  return Math.ceil((until.getTime() - from.getTime()) / BLOCK_MS);
}

/** Share of a day's rows by four hours of UTC, from midnight. */
const BY_HOUR = [7, 3, 5, 8, 14, 13] as const;
const WEEKEND = 1.25;

/** @returns the blocks in order; their rows sum to `observations` exactly */
export function* timetable(options: {
  readonly observations: number;
  readonly from: Date;
  readonly until: Date;
  readonly clients: readonly Client[];
}): Generator<Block> {
  const { observations, from, until, clients } = options;
  const count = blockCount(from, until);
  const promises = promisedRows(clients, count, observations);
  const free = observations - promises.total;
  const starts = Array.from({ length: count }, (_, i) => from.getTime() + i * BLOCK_MS);
  const weights = starts.map((start) => weightAt(new Date(start)));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  let weight = 0;
  let given = 0;
  for (const [index, start] of starts.entries()) {
    weight += weights[index] ?? 0;
    const due = index === count - 1 ? free : Math.floor((free * weight) / whole);
    const promised = promises.byBlock[index] ?? [];
    const lengthMs = Math.min(BLOCK_MS, until.getTime() - start);
    yield { index, start: new Date(start), lengthMs, rows: due - given + promised.length, promised };
    given = due;
  }
}

function weightAt(start: Date): number {
  const weekend = start.getUTCDay() % 6 === 0 ? WEEKEND : 1;
  return (BY_HOUR[Math.floor((start.getUTCHours() * BLOCKS_PER_DAY) / 24)] ?? 1) * weekend;
}

/** In the order of the population, as many as the log has rows for. */
function promisedRows(
  clients: readonly Client[],
  blocks: number,
  most: number,
): { total: number; byBlock: number[][] } {
  const byBlock = Array.from({ length: blocks }, (): number[] => []);
  let total = 0;
  for (const [index, client] of clients.entries()) {
    for (let id = 0; id < client.ids.length && total < most; id++, total++) {
      byBlock[lastBlockOf(client, id)]?.push(index);
    }
  }
  return { total, byBlock };
}
