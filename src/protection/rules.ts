/**
 * Rules for review dates: data, each with the article that it comes from. All that apply to a record count,
 * and the shortest period stands: a provider's shorter limit holds over the law's, never the other way round.
 */
import { type Static, Type } from 'typebox';
import { SUBJECT_CATEGORIES } from '#core/data-subjects.ts';
import type { AgencyId } from '#core/ids.ts';
import { RECORD_KINDS, type ReviewedRecord } from './types.ts';

const closed = { additionalProperties: false } as const;
const Day = Type.String({ format: 'date', pattern: '^\\d{4}-\\d\\d-\\d\\d$' });

export const ReviewRule = Type.Object(
  {
    /** Of whose information; left out: of anybody's. */
    owner: Type.Optional(Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' })),
    kind: Type.Optional(Type.Enum([...RECORD_KINDS])),
    category: Type.Optional(Type.Enum([...SUBJECT_CATEGORIES])),
    /** True: only of persons under 18. */
    minor: Type.Optional(Type.Literal(true)),
    /**
     * Months from the start of processing, and from each decision to keep; of a rule for a category or for minors from
     * the day since when the person is said to be so.
     */
    months: Type.Integer({ minimum: 1, maximum: 600 }),
    /** Law and article, or the provider's word. */
    source: Type.String({ minLength: 1, maxLength: 300 }),
    inForceFrom: Day,
    inForceUntil: Type.Optional(Day),
    /** When somebody last compared the rule with its source; left out: nobody has. */
    checkedOn: Type.Optional(Day),
    /** Where its text was read then: an address, a printed collection. */
    checkedIn: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
  },
  closed,
);
export type ReviewRule = Static<typeof ReviewRule>;

export const ReviewRules = Type.Array(ReviewRule, { minItems: 1, maxItems: 1000 });

/**
 * What stands until an agency loads its own, which its lawyers have compared with the sources: the longest that
 * the Europol Regulation allows without a decision, and for those who are no suspects a year of ours, since the
 * Directive demands a clear distinction and names no number. A rule has a day of checking only where the text of
 * its article was read; docs/law-texts.md says which were, where, and which were not found.
 */
export const SHIPPED_RULES: readonly ReviewRule[] = [
  {
    months: 36,
    source: 'Regulation (EU) 2016/794 Art. 31(2): review no later than three years after processing began',
    inForceFrom: '2017-05-01',
    checkedOn: '2026-11-26',
    checkedIn: 'gesetze.legal/eu/vo_eu_2016_794/31 (German, as of 2016, without the amendments of 2022)',
  },
  {
    months: 36,
    source:
      'Directive (EU) 2016/680 Art. 5: periodic review; the period is national law, three years until it is loaded',
    inForceFrom: '2018-05-06',
  },
  {
    kind: 'target',
    category: 'other',
    months: 12,
    source:
      'Directive (EU) 2016/680 Art. 4(1)(e) and 6(d): no suspect, or no longer one; the year is this program’s, load your own',
    inForceFrom: '2018-05-06',
  },
  {
    kind: 'target',
    category: 'victim',
    months: 12,
    source:
      'Regulation (EU) 2016/794 Art. 30(1), Directive (EU) 2016/680 Art. 6(c): a victim, only while strictly necessary; the year is this program’s, load your own',
    inForceFrom: '2018-05-06',
  },
  {
    kind: 'target',
    minor: true,
    months: 12,
    source:
      'Regulation (EU) 2016/794 Art. 30(1): under 18, only while strictly necessary; the year is this program’s, load your own',
    inForceFrom: '2018-05-06',
  },
];

/** A record’s date and the rule that sets it. */
export interface ReviewDate {
  readonly dueAt: Date;
  readonly rule: ReviewRule;
}

/**
 * When the record is to be reviewed. Law that is in force now counts, also for data from before it.
 * @returns undefined where no rule applies
 */
export function reviewDate(
  record: Pick<ReviewedRecord, 'owner' | 'kind' | 'category' | 'minor' | 'startedAt' | 'categorySince'>,
  rules: readonly ReviewRule[],
  now: Date,
): ReviewDate | undefined {
  const today = now.toISOString().slice(0, 10);
  const applies = (rule: ReviewRule): boolean =>
    (rule.owner === undefined || (rule.owner as AgencyId) === record.owner) &&
    (rule.kind === undefined || rule.kind === record.kind) &&
    (rule.category === undefined || rule.category === record.category) &&
    (rule.minor === undefined || rule.minor === record.minor) &&
    rule.inForceFrom <= today &&
    (rule.inForceUntil === undefined || today <= rule.inForceUntil);
  const { startedAt, categorySince } = record;
  const ofPerson = (rule: ReviewRule) => rule.category !== undefined || rule.minor !== undefined;
  const [first] = rules
    .filter(applies)
    .map((rule) => ({
      rule,
      dueAt: monthsAfter((ofPerson(rule) ? categorySince : null) ?? startedAt, rule.months),
    }))
    .toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  return first;
}

/** The same day so many months later; the month's last day where it has no such day. UTC. */
export function monthsAfter(at: Date, months: number): Date {
  const then = new Date(at);
  then.setUTCMonth(then.getUTCMonth() + months);
  if (then.getUTCDate() !== at.getUTCDate()) then.setUTCDate(0);
  return then;
}
