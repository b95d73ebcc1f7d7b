/**
 * The chain of custody of one thing, from the observations that it rests on to the press line that counts
 * it: every stage with its things, and every thing with its events in the log. An officer sees the stages
 * that his roles on the operation open; of the others neither a thing nor how many there are.
 */
import { closedTo } from '#access/closed-persons.ts';
import { ACTIONS, type Actor, authorize, decide } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { OperationId } from '#core/ids.ts';
import { hitsOfTargets } from '#crossmatch/hit-store.ts';
import { exactEvents } from '#custody/exact-events.ts';
import { type EventSubject, listEvents } from '#custody/record.ts';
import { requireOperation } from '#operations/create.ts';
import { spanOf } from './items.ts';
import { type ChainContext, knownOf } from './known.ts';
import { type Asked, find } from './start.ts';
import {
  type Chain,
  type ChainEvent,
  type ChainItem,
  type ChainStage,
  type ItemKind,
  type Span,
  STAGES,
  type StageName,
} from './types.ts';

/** Most events of one chain. */
const MOST_EVENTS = 5000;

/** @throws `access/denied`, `operation/not-found`, `chain/item-not-found` */
export async function chainOf(ctx: ChainContext, actor: Actor, asked: Asked): Promise<Chain> {
  const { operationId, kind, id } = asked;
  const stageAsked = STAGES.find(({ kinds }) => (kinds as readonly string[]).includes(kind)) ?? STAGES[0];
  authorize(actor, 'custody.read', { operationId });
  authorize(actor, stageAsked.action, { operationId });
  await requireOperation(ctx.db, operationId);
  const closed = await closedTo(ctx, actor, operationId);
  if ((kind === 'target' || kind === 'outcome') && closed.has(id))
    throw new IcarusError('access/person-closed');
  const known = await knownOf(ctx, operationId);
  const found = await find(ctx, known, asked);
  const hits = new Set<string>(await closedHits(ctx, actor, operationId));
  if (kind === 'hit' && hits.has(id)) throw new IcarusError('chain/item-not-found', { kind, id });
  const span = withoutClosed(await spanOf(ctx, known, { operationId, found }), { closed, hits });
  const shown = STAGES.filter(({ action }) => decide(actor, action, { operationId }).allowed);
  const events = await eventsOf(ctx, {
    operationId,
    items: shown.flatMap(({ stage }) => span[stage].items),
    without: new Set([...closed, ...hits]),
  });
  const at = STAGES.indexOf(stageAsked);
  return {
    kind,
    id,
    stages: STAGES.map(({ stage, action }, index): ChainStage => {
      const relation = index === at ? 'asked' : index < at ? 'before' : 'after';
      const { allowed } = decide(actor, action, { operationId });
      if (!allowed) return { stage, relation, withheld: ACTIONS[action], total: 0, items: [] };
      return { stage, relation, withheld: null, ...withEvents(span, stage, events) };
    }),
  };
}

/** Of a closed record neither the thing nor that there is one. */
function withoutClosed(
  span: Span,
  { closed, hits }: { readonly closed: ReadonlySet<string>; readonly hits: ReadonlySet<string> },
): Span {
  if (closed.size === 0) return span;
  const isClosed = ({ kind, id }: EventSubject) =>
    (kind === 'target' && closed.has(id)) || (kind === 'hit' && hits.has(id));
  const open = ({ subjects }: ChainItem) => !subjects.some(isClosed);
  const stage = ({ items, total }: Span[StageName]) => {
    const left = items.filter(open);
    return { items: left, total: total - (items.length - left.length) };
  };
  return { ...span, target: stage(span.target), outcome: stage(span.outcome), hit: stage(span.hit) };
}

/** Hits with who is closed to him, but for those matched by strict necessity. */
async function closedHits(ctx: ChainContext, actor: Actor, operationId: OperationId): Promise<string[]> {
  const closed = await closedTo(ctx, actor, operationId, { matched: false });
  return hitsOfTargets(ctx.db, { operationId, targetIds: [...closed] }, ctx.clock.now());
}

function withEvents(
  span: Span,
  stage: StageName,
  events: readonly LoggedEvent[],
): Pick<ChainStage, 'total' | 'items'> {
  const { items, total } = span[stage];
  return {
    total,
    items: items.map(({ subjects, ...item }) => ({
      ...item,
      events: events
        .filter(
          (logged) => subjects.some((one) => isSame(one, logged.subject)) && belongsTo(item, logged.event),
        )
        .map(({ event }) => event),
    })),
  };
}

function isSame(one: EventSubject, other: EventSubject): boolean {
  return one.kind === other.kind && one.id === other.id;
}

/** The log names some things by what they are about: an outcome by its target, a receipt by its message. */
function belongsTo({ kind, id }: Pick<ChainItem, 'kind' | 'id'>, event: ChainEvent): boolean {
  const of: ItemKind | null =
    event.kind === 'casework.outcome-recorded'
      ? 'outcome'
      : typeof event.facts['receipt'] === 'string'
        ? 'receipt'
        : event.kind === 'results.released'
          ? 'press-note'
          : null;
  if (of === 'receipt') return kind === 'receipt' && event.facts['receipt'] === id;
  return of === null ? !ELSEWHERE.has(kind) : kind === of;
}

/** Kinds of things whose events are only those that {@link belongsTo} gives them. */
const ELSEWHERE: ReadonlySet<ItemKind> = new Set(['outcome', 'receipt', 'press-note']);

interface Wanted {
  readonly operationId: OperationId;
  readonly items: readonly ChainItem[];
  /** Acts that name one of these are left out. */
  readonly without: ReadonlySet<string>;
}

interface LoggedEvent {
  readonly subject: EventSubject;
  readonly event: ChainEvent;
}

async function eventsOf(ctx: ChainContext, { operationId, items, without }: Wanted): Promise<LoggedEvent[]> {
  const subjects = new Map(
    items.flatMap((item) =>
      item.subjects.map((subject) => [`${subject.kind} ${subject.id}`, subject] as const),
    ),
  );
  if (subjects.size === 0) return [];
  // A message is taken in before it is opened: those acts name no operation yet, only the message itself.
  const all = await listEvents(ctx.db, { subjects: [...subjects.values()], without, limit: MOST_EVENTS });
  const events = all.filter((event) => event.operationId === null || event.operationId === operationId);
  const exact = await exactEvents(
    ctx.db,
    events.map(({ sequence }) => sequence),
  );
  const states = new Map(exact.map((one) => [one.sequence, one]));
  return events.map(({ sequence, at, kind, actor, facts, subject, erased }) => {
    const { leaf = null, state = 'waiting' } = states.get(sequence) ?? {};
    const event = { sequence, at, kind, actor, facts, leaf: leaf?.index ?? null, state };
    return { subject, event: erased ? { ...event, erased } : event };
  });
}
