/**
 * What a level (PAP) forbids, and its provider's leave: asked by a query, answered by his approving officer, under
 * conditions if he likes. Rooms ask here before an act that somebody outside would notice.
 */
import { type Actor, authorize } from '#access/policy.ts';
import { type Conditions, conditionsMet } from '#core/conditions.ts';
import { IcarusError } from '#core/errors.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { PAP_ACTS, type PapAct, type PapLevel, papAllows } from '#core/pap.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import { requireOperation } from '#operations/create.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Db } from '#platform/tables.ts';
import { sendLetter } from './send.ts';
import { leavesAbout } from './store.ts';
import type { Letter } from './types.ts';

/** Information under a level: the message that brought it, and whose it is. */
export interface Leveled {
  readonly messageId: MessageId;
  readonly provider: AgencyId;
  readonly pap: PapLevel;
}

interface PapUse {
  readonly act: PapAct;
  /** To whom it goes by the act; this agency itself where that is nobody who has a card. */
  readonly to: AgencyId;
  readonly at: Date;
}

/** Nobody is bound by his own level. */
async function papForbids(
  { db, node }: { readonly db: Db; readonly node: { readonly agencyId: AgencyId } },
  of: Leveled,
  use: PapUse,
): Promise<boolean> {
  if (of.provider === node.agencyId || papAllows(of.pap, use.act)) return false;
  return !(await leaveFor(db, of, use.act)).some(
    ({ granted, conditions }) => granted && conditionsMet(conditions, use),
  );
}

/** @throws handling/pap-blocks */
export async function requirePap(
  ctx: Parameters<typeof papForbids>[0],
  of: Leveled,
  use: PapUse,
): Promise<void> {
  if (!(await papForbids(ctx, of, use))) return;
  const { messageId, provider, pap } = of;
  throw new IcarusError('handling/pap-blocks', { level: pap, act: use.act, provider, messageId });
}

interface Said {
  readonly askedAt: Date | null;
  readonly granted: boolean | null;
  readonly conditions: Conditions | null;
}

/** The provider's last word on each question about this act. */
async function leaveFor(db: Db, { messageId, provider }: Leveled, act: PapAct): Promise<Said[]> {
  const leaves = await leavesAbout(db, [messageId]);
  return leaves
    .filter((leave) => leave.provider === provider && leave.question.act === act)
    .map(({ answers, askedAt }) => ({
      askedAt,
      granted: answers.at(-1)?.granted ?? null,
      conditions: answers.at(-1)?.conditions ?? null,
    }));
}

/** What may be done with it now, act by act. */
export interface PapStanding {
  readonly act: PapAct;
  readonly allowed: boolean;
  /** When its provider was asked; null: he was not. */
  readonly askedAt: Date | null;
  readonly granted: boolean | null;
  readonly conditions: Conditions | null;
}

export async function papStandings(
  ctx: Pick<NodeContext, 'db' | 'node' | 'clock'>,
  operationId: OperationId,
  of: Leveled,
): Promise<PapStanding[]> {
  const at = ctx.clock.now();
  const standings: PapStanding[] = [];
  for (const act of PAP_ACTS) {
    const to = await recipientOf(ctx, operationId, act);
    const said = (await leaveFor(ctx.db, of, act)).at(-1);
    standings.push({
      act,
      allowed: !(await papForbids(ctx, of, { act, to, at })),
      askedAt: said?.askedAt ?? null,
      granted: said?.granted ?? null,
      conditions: said?.conditions ?? null,
    });
  }
  return standings;
}

/** To whom an act takes information. */
async function recipientOf(
  { db, node }: Pick<NodeContext, 'db' | 'node'>,
  operationId: OperationId,
  act: PapAct,
): Promise<AgencyId> {
  if (act === 'selectors') return (await requireOperation(db, operationId)).coordinator;
  if (act === 'preservation') return node.agencyId;
  return (act === 'eurojust' ? 'eurojust' : 'interpol') as AgencyId;
}

export interface PapLeaveRequest {
  readonly operationId: OperationId;
  readonly of: Leveled;
  readonly act: PapAct;
  /** Why it is to be done, in words that the provider reads. */
  readonly purpose: string;
  readonly deadline: DeadlineKind;
}

/**
 * Asks the provider of a letter or a package whether that may be done which its level forbids.
 * @throws letter/leave-needless where nothing forbids it
 */
export async function askPapLeave(ctx: NodeContext, actor: Actor, request: PapLeaveRequest): Promise<Letter> {
  const { operationId, of, act, purpose, deadline } = request;
  authorize(actor, 'letters.send', { operationId });
  const to = await recipientOf(ctx, operationId, act);
  if (!(await papForbids(ctx, of, { act, to, at: ctx.clock.now() })))
    throw new IcarusError('letter/leave-needless', { recipient: to });
  return sendLetter(ctx, actor, {
    operationId,
    kind: 'query',
    to: [of.provider],
    subject: `May this be done under PAP:${of.pap}: ${ACT_WORDS[act]}?`,
    text: purpose,
    handling: { codes: ['H0'], text: '' },
    deadline,
    permission: { messageId: of.messageId, recipient: to, codes: ['PAP'], act },
  });
}

const ACT_WORDS: Readonly<Record<PapAct, string>> = {
  selectors: 'matching by the coordinator',
  eurojust: 'a request to Eurojust',
  icse: 'a series for ICSE',
  preservation: 'a preservation request to an operator',
};
