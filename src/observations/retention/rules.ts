/**
 * Keeping the table of rules: entering one, changing one, withdrawing one, loading a whole table. What
 * stood before stays as an earlier version; every change gives its reason and stands in the custody log.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { canonicalJson } from '#core/canonical-json.ts';
import { IcarusError } from '#core/errors.ts';
import { newId, type OperationId } from '#core/ids.ts';
import { recordEvent } from '#custody/record.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import { faultOf, refuseOverlaps, sameContent, scopeOf } from './rule-check.ts';
import { insertRuleVersion, retentionRulesOf } from './rule-store.ts';
import type { RetentionRule, RetentionRuleContent, RetentionRuleId } from './rule-types.ts';

export type RetentionContext = Pick<NodeContext, 'db' | 'jobs' | 'clock'>;

interface Change {
  /** The officer's right comes from the operation that he works for; the table serves the whole node. */
  readonly operationId: OperationId;
  /** Why, for the log. */
  readonly reason: string;
}

export interface SetRuleRequest extends Change {
  readonly content: RetentionRuleContent;
  /** The rule to change, at the version that was looked at. Without it a new rule is entered. */
  readonly revises?: { readonly ruleId: string; readonly version: number };
}

/** Any constant will do: changes of the table wait for each other, so that no two overlap unseen. */
const TABLE_LOCK = 7_236_815_444;

/**
 * Enters a rule, or a new version of one.
 * @throws `access/denied`, `retention/rule-invalid`, `retention/rules-overlap`, `retention/rule-not-found`,
 *   `retention/changed-meanwhile`
 */
export async function setRule(
  ctx: RetentionContext,
  actor: Actor,
  request: SetRuleRequest,
): Promise<RetentionRule> {
  authorize(actor, 'retention.edit', request);
  const { content, revises } = request;
  checkContent(content);
  return changeTable(ctx, actor, request, async (standing, write) => {
    const former = revises && requireStanding(standing, revises);
    const rule = await write(content, former);
    refuseOverlaps([...standing.filter(({ ruleId }) => ruleId !== former?.ruleId), rule]);
    return { result: rule, event: { kind: 'retention.rule-set', rule } };
  });
}

/**
 * Takes a rule out of the table; its versions stay.
 * @throws `access/denied`, `retention/rule-invalid`, `retention/rule-not-found`, `retention/changed-meanwhile`
 */
export async function withdrawRule(
  ctx: RetentionContext,
  actor: Actor,
  request: Change & { readonly ruleId: string; readonly version: number },
): Promise<void> {
  authorize(actor, 'retention.edit', request);
  await changeTable(ctx, actor, request, async (standing, write) => {
    const former = requireStanding(standing, request);
    const rule = await write(former, former, true);
    return { result: undefined, event: { kind: 'retention.rule-withdrawn', rule } };
  });
}

export interface LoadedTable {
  readonly added: number;
  readonly revised: number;
  /** Rows that stood already, word for word. */
  readonly unchanged: number;
}

/**
 * Loads a table: rows about the same scope from the same day replace what stands, the others are added;
 * what the table does not name stays.
 * @throws `access/denied`, `retention/rule-invalid`, `retention/rules-overlap`
 */
export async function loadRules(
  ctx: RetentionContext,
  actor: Actor,
  request: Change & { readonly name: string; readonly rules: readonly RetentionRuleContent[] },
): Promise<LoadedTable> {
  authorize(actor, 'retention.edit', request);
  for (const rule of request.rules) checkContent(rule);
  refuseOverlaps(request.rules);
  return changeTable(ctx, actor, request, async (standing, write) => {
    const byKey = new Map<string, RetentionRuleContent & Partial<RetentionRule>>(
      standing.map((rule) => [keyOf(rule), rule]),
    );
    const counts = { added: 0, revised: 0, unchanged: 0 };
    for (const content of request.rules) {
      const former = standing.find((rule) => keyOf(rule) === keyOf(content));
      byKey.set(keyOf(content), content);
      if (former && sameContent(former, content)) counts.unchanged++;
      else {
        await write(content, former);
        counts[former ? 'revised' : 'added']++;
      }
    }
    refuseOverlaps([...byKey.values()]);
    const facts = {
      name: request.name,
      rows: request.rules.length,
      sha256: tableDigest(request.rules),
      ...counts,
    };
    return { result: counts, event: { kind: 'retention.table-loaded', facts } };
  });
}

/** Rows of one scope that begin on the same day are the same rule. */
function keyOf(rule: RetentionRuleContent): string {
  return `${scopeOf(rule)}\n${rule.inForceFrom?.toISOString() ?? ''}`;
}

/** SHA-256 over what the rules decide, whatever order they come in: two tables with one digest give the same days. */
export function tableDigest(rules: readonly RetentionRuleContent[]): string {
  const rows = rules.map(
    (rule) => `${keyOf(rule)}\n${rule.inForceUntil?.toISOString() ?? ''}\n${rule.daysKept}`,
  );
  return createHash('sha256').update(canonicalJson(rows.sort())).digest('hex');
}

function checkContent(content: RetentionRuleContent): void {
  const reason = faultOf(content);
  if (reason) throw new IcarusError('retention/rule-invalid', { reason });
}

function requireStanding(
  standing: readonly RetentionRule[],
  { ruleId, version }: { readonly ruleId: string; readonly version: number },
): RetentionRule {
  const found = standing.find((rule) => rule.ruleId === ruleId);
  if (!found) throw new IcarusError('retention/rule-not-found', { rule: ruleId });
  if (found.version !== version) throw new IcarusError('retention/changed-meanwhile');
  return found;
}

type WriteVersion = (
  content: RetentionRuleContent,
  former: RetentionRule | undefined,
  withdrawn?: boolean,
) => Promise<RetentionRule>;

interface Changed<T> {
  readonly result: T;
  readonly event:
    | { readonly kind: 'retention.rule-set' | 'retention.rule-withdrawn'; readonly rule: RetentionRule }
    | { readonly kind: 'retention.table-loaded'; readonly facts: Record<string, string | number> };
}

/** One transaction over the table as it stands: versions are written, and the act with its reason recorded. */
async function changeTable<T>(
  ctx: RetentionContext,
  actor: Actor,
  { operationId, reason }: Change,
  change: (standing: readonly RetentionRule[], write: WriteVersion) => Promise<Changed<T>>,
): Promise<T> {
  if (reason.trim() === '')
    throw new IcarusError('retention/rule-invalid', { reason: 'it needs a reason for the log' });
  const at = ctx.clock.now();
  const by = actorName(actor);
  return inTransaction(ctx, async (tx) => {
    await sql`select pg_advisory_xact_lock(${TABLE_LOCK})`.execute(tx);
    const write: WriteVersion = (content, former, withdrawn = false) =>
      writeVersion(tx, { content, former, withdrawn, reason, at, by });
    const { result, event } = await change(await retentionRulesOf(tx), write);
    await recordEvent(tx, {
      at,
      kind: event.kind,
      actor: by,
      operationId,
      subject:
        'rule' in event
          ? { kind: 'retention-rule', id: event.rule.ruleId }
          : { kind: 'retention-table', id: 'node' },
      facts: { reason, ...('rule' in event ? ruleFacts(event.rule) : event.facts) },
    });
    return result;
  });
}

async function writeVersion(
  tx: Tx,
  version: {
    readonly content: RetentionRuleContent;
    readonly former: RetentionRule | undefined;
    readonly withdrawn: boolean;
    readonly reason: string;
    readonly at: Date;
    readonly by: string;
  },
): Promise<RetentionRule> {
  const { content, former, withdrawn, reason, at, by } = version;
  const versionId = newId<RetentionRuleId>('retention', at);
  const rule: RetentionRule = {
    ...content,
    ruleId: former?.ruleId ?? versionId,
    version: (former?.version ?? 0) + 1,
    reason,
    enteredAt: at,
    enteredBy: by,
  };
  await insertRuleVersion(tx, { ...rule, versionId }, withdrawn);
  return rule;
}

function ruleFacts(rule: RetentionRule) {
  return {
    version: rule.version,
    country: rule.country,
    operator: rule.operator,
    asn: rule.asn,
    dataClass: rule.dataClass,
    daysKept: rule.daysKept,
    inForceFrom: rule.inForceFrom?.toISOString(),
    inForceUntil: rule.inForceUntil?.toISOString(),
    verifiedBy: rule.verifiedBy,
  };
}
