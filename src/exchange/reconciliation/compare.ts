/**
 * What two nodes have of the messages between them, compared. Each message is in the records of its sender and of
 * its recipient; what the two say of it must agree, but for what is still on its way. Pure: streams in, findings out.
 */
import { IcarusError } from '#core/errors.ts';
import type { Entry } from './entry.ts';

/**
 * How records can differ. An alarm cannot come about by delay or loss: somebody's records were changed, restored
 * from an old copy, or a key is in wrong hands. Everything else is open: it may be put right by sending again.
 */
export const DIFFERENCES = {
  'missing-here': 'open',
  'missing-there': 'open',
  'receipt-missing-here': 'open',
  'receipt-missing-there': 'open',
  'refusal-missing-here': 'open',
  'lost-here': 'alarm',
  'lost-there': 'alarm',
  'unknown-here': 'alarm',
  'unknown-there': 'alarm',
  'other-digest': 'alarm',
  'other-direction': 'alarm',
  'state-contradicts': 'alarm',
  'other-leaf': 'alarm',
  'leaf-unproven': 'alarm',
} as const satisfies Record<string, 'open' | 'alarm'>;
export type DifferenceKind = keyof typeof DIFFERENCES;
export type Severity = (typeof DIFFERENCES)[DifferenceKind];

/** One difference, as seen from this node. */
export interface Difference {
  readonly messageId: string;
  readonly difference: DifferenceKind;
  readonly severity: Severity;
  /** Of the message. */
  readonly kind: string;
  /** This node sent it, or received it. */
  readonly direction: Entry['direction'];
  readonly here: Entry['state'] | null;
  readonly there: Entry['state'] | null;
}

/** What comes of one message. */
export interface Finding {
  readonly messageId: string;
  readonly direction: Entry['direction'];
  readonly inBoth: boolean;
  /** Nothing is wrong yet: it, or its receipt, may be under way. */
  readonly onTheWay: boolean;
  readonly differences: readonly DifferenceKind[];
}

export interface Comparison {
  /** When the other node made its statement, by its clock. */
  readonly statedAt: Date;
  /** When it is compared here. */
  readonly now: Date;
  /** Is that leaf in the other node's log, by the proof that it gives? Undefined: its log's key is not known here. */
  readonly proves?: ((leaf: string, proof: string) => boolean) | undefined;
}

/** A message or receipt may take so long, and two clocks differ so much, before its absence is a difference. */
const GRACE_MS = 15 * 60_000;
/** A log numbers an event within a minute (its own alarm else); a statement made later can prove it. */
const NUMBERED_MS = 60_000 + GRACE_MS;

/** Compares what is `here` of a message with what the other node states of it; one of the two may be missing. */
export function findingOf(
  here: Entry | undefined,
  there: Entry | undefined,
  comparison: Comparison,
): Finding {
  const direction = here?.direction ?? (there?.direction === 'sent' ? 'received' : 'sent');
  const verdict = !here
    ? onlyThere(there as Entry, comparison)
    : !there
      ? onlyHere(here, comparison)
      : here.direction === there.direction
        ? ['other-direction' as const]
        : here.direction === 'sent'
          ? sentFromHere(here, there, comparison)
          : sentFromThere(here, there, comparison);
  return {
    messageId: (here ?? there)?.messageId ?? '',
    direction,
    inBoth: here !== undefined && there !== undefined,
    onTheWay: verdict === 'on-the-way',
    differences: verdict === 'on-the-way' ? [] : verdict,
  };
}

type Verdict = 'on-the-way' | readonly DifferenceKind[];

function onlyHere(here: Entry, { statedAt }: Comparison): Verdict {
  if (here.direction === 'received') {
    // Whose operation is known only when it is opened: it may belong to another than the one compared.
    return here.operationUnknown ? [] : ['unknown-there'];
  }
  if (here.state === 'acknowledged')
    return isBefore(here.acknowledgedAt, statedAt) ? ['lost-there'] : 'on-the-way';
  if (here.state === 'refused') return [];
  return isLate(here.deliveredAt ?? here.sentAt, statedAt) ? ['missing-there'] : 'on-the-way';
}

function onlyThere(there: Entry, { now }: Comparison): Verdict {
  if (there.direction === 'received') return there.operationUnknown ? [] : ['unknown-here'];
  if (there.state === 'acknowledged') return ['lost-here'];
  if (there.state === 'refused') return [];
  return isLate(there.deliveredAt ?? there.sentAt, now) ? ['missing-here'] : 'on-the-way';
}

function sentFromHere(here: Entry, there: Entry, { statedAt, now, proves }: Comparison): Verdict {
  if (here.sha256 !== there.sha256) return ['other-digest'];
  const found: DifferenceKind[] = [];
  let waits = false;
  if (here.state === 'acknowledged') {
    if (there.state !== 'opened' && isBefore(here.acknowledgedAt, statedAt)) found.push('state-contradicts');
    if (here.leaf && there.state === 'opened') {
      if (here.leaf !== there.leaf) found.push('other-leaf');
      else if (proves && isLate(here.acknowledgedAt, statedAt, NUMBERED_MS)) {
        if (there.proof === undefined || !proves(here.leaf, there.proof)) found.push('leaf-unproven');
      }
    }
  } else if (there.state === 'opened') {
    if (isLate(there.openedAt, now)) found.push('receipt-missing-here');
    else waits = true;
  } else if (there.state === 'refused' && here.state !== 'refused') {
    if (isLate(there.openedAt, now)) found.push('refusal-missing-here');
    else waits = true;
  }
  return waits ? 'on-the-way' : found;
}

function sentFromThere(here: Entry, there: Entry, { statedAt }: Comparison): Verdict {
  if (here.sha256 !== there.sha256) return ['other-digest'];
  const found: DifferenceKind[] = [];
  if (there.state === 'acknowledged') {
    if (here.state !== 'opened') found.push('state-contradicts');
    else if (there.leaf && there.leaf !== here.leaf) found.push('other-leaf');
  } else if (here.state === 'opened') {
    if (!isLate(here.openedAt, statedAt)) return 'on-the-way';
    found.push('receipt-missing-there');
  }
  return found;
}

function isBefore(time: string | undefined, at: Date): boolean {
  return time !== undefined && Date.parse(time) <= at.getTime();
}

function isLate(time: string | undefined, at: Date, graceMs = GRACE_MS): boolean {
  return time !== undefined && Date.parse(time) + graceMs <= at.getTime();
}

/** The messages of either side, each with what both have of it; both streams are in the order of ids, each id once. */
export async function* paired(
  ours: AsyncIterable<Entry>,
  theirs: AsyncIterable<Entry>,
): AsyncGenerator<readonly [here: Entry | undefined, there: Entry | undefined], void> {
  const [mine, others] = [inOrder(ours), inOrder(theirs)];
  let here = await mine.next();
  let there = await others.next();
  while (!here.done || !there.done) {
    const order = here.done ? 1 : there.done ? -1 : compareIds(here.value, there.value);
    yield [order <= 0 ? (here.value as Entry) : undefined, order >= 0 ? (there.value as Entry) : undefined];
    if (order <= 0) here = await mine.next();
    if (order >= 0) there = await others.next();
  }
}

async function* inOrder(entries: AsyncIterable<Entry>): AsyncGenerator<Entry, void> {
  let last: Entry | undefined;
  for await (const entry of entries) {
    if (last && compareIds(last, entry) >= 0)
      throw new IcarusError('exchange/reconciliation-invalid', { field: 'order of messages' });
    last = entry;
    yield entry;
  }
}

function compareIds(a: Entry, b: Entry): number {
  return a.messageId < b.messageId ? -1 : a.messageId > b.messageId ? 1 : 0;
}

/** How much of what was sent has arrived, on both sides, and what is wrong. */
export interface Counts {
  readonly oursSent: number;
  readonly oursThere: number;
  readonly theirsSent: number;
  readonly theirsHere: number;
  readonly onTheWay: number;
  readonly open: number;
  readonly alarms: number;
}

export const NO_COUNTS: Counts = {
  oursSent: 0,
  oursThere: 0,
  theirsSent: 0,
  theirsHere: 0,
  onTheWay: 0,
  open: 0,
  alarms: 0,
};

/** The counts with one more message. */
export function counted(counts: Counts, { direction, inBoth, onTheWay, differences }: Finding): Counts {
  const ours = direction === 'sent';
  const one = (wanted: boolean) => (wanted ? 1 : 0);
  const of = (severity: Severity) => differences.filter((kind) => DIFFERENCES[kind] === severity).length;
  return {
    oursSent: counts.oursSent + one(ours),
    oursThere: counts.oursThere + one(ours && inBoth),
    theirsSent: counts.theirsSent + one(!ours),
    theirsHere: counts.theirsHere + one(!ours && inBoth),
    onTheWay: counts.onTheWay + one(onTheWay),
    open: counts.open + of('open'),
    alarms: counts.alarms + of('alarm'),
  };
}
