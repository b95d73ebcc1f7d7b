/** All SQL of the table of rules. */
import type { Db } from '#platform/tables.ts';
import type { RetentionRuleTable } from './rule-tables.ts';
import type { DataClass, RetentionRule, RetentionRuleId } from './rule-types.ts';

/** The rules that stand, by country, then those of the whole country first, then by the day from which they hold. */
export async function retentionRulesOf(db: Db): Promise<RetentionRule[]> {
  const rows = await db
    .selectFrom('retention_rule')
    .selectAll()
    .distinctOn('rule_id')
    .orderBy('rule_id')
    .orderBy('version', 'desc')
    .execute();
  return rows
    .filter(({ withdrawn }) => !withdrawn)
    .map(toRule)
    .sort(inOrder);
}

/** Every version of one rule, oldest first; the last one may have withdrawn it. */
export async function versionsOfRule(
  db: Db,
  ruleId: string,
): Promise<{ readonly rule: RetentionRule; readonly withdrawn: boolean }[]> {
  const rows = await db
    .selectFrom('retention_rule')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .orderBy('version')
    .execute();
  return rows.map((row) => ({ rule: toRule(row), withdrawn: row.withdrawn }));
}

/** When the table last changed; undefined where nothing was ever entered. */
export async function newestRuleAt(db: Db): Promise<Date | undefined> {
  const newest = await db
    .selectFrom('retention_rule')
    .select(({ fn }) => fn.max('entered_at').as('at'))
    .executeTakeFirst();
  return newest?.at ?? undefined;
}

/** Adds one version. A version that somebody else added meanwhile is a conflict of its number. */
export async function insertRuleVersion(
  db: Db,
  rule: RetentionRule & { readonly versionId: string },
  withdrawn: boolean,
): Promise<void> {
  await db
    .insertInto('retention_rule')
    .values({
      id: rule.versionId,
      rule_id: rule.ruleId,
      version: rule.version,
      country: rule.country,
      operator: rule.operator,
      asn: rule.asn,
      data_class: rule.dataClass,
      days_kept: rule.daysKept,
      in_force_from: rule.inForceFrom,
      in_force_until: rule.inForceUntil,
      legal_reference: rule.legalReference,
      source: rule.source,
      verified_by: rule.verifiedBy,
      verified_on: rule.verifiedOn,
      withdrawn,
      reason: rule.reason,
      entered_at: rule.enteredAt,
      entered_by: rule.enteredBy,
    })
    .execute();
}

function toRule(row: Omit<RetentionRuleTable, 'sequence'>): RetentionRule {
  return {
    ruleId: row.rule_id as RetentionRuleId,
    version: row.version,
    country: row.country,
    operator: row.operator,
    asn: row.asn,
    dataClass: row.data_class as DataClass,
    daysKept: row.days_kept,
    inForceFrom: row.in_force_from,
    inForceUntil: row.in_force_until,
    legalReference: row.legal_reference,
    source: row.source,
    verifiedBy: row.verified_by,
    verifiedOn: row.verified_on,
    reason: row.reason,
    enteredAt: row.entered_at,
    enteredBy: row.entered_by,
  };
}

function inOrder(a: RetentionRule, b: RetentionRule): number {
  const key = (rule: RetentionRule) =>
    [
      rule.country,
      rule.asn ?? -1,
      rule.operator ?? '',
      rule.dataClass,
      rule.inForceFrom?.getTime() ?? -1,
      rule.ruleId,
    ] as const;
  const [left, right] = [key(a), key(b)];
  for (const [i, value] of left.entries()) {
    const other = right[i] ?? '';
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
