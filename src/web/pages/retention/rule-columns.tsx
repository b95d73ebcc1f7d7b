import { Link } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { RuleView } from '#observations/retention/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';

/** Country, and the operator where the rule is about one. */
export function scopeWords({ country, operator, asn }: RuleView): string {
  const name = operator ?? (asn === null ? undefined : `AS${asn}`);
  return name === undefined ? countryName(country) : `${countryName(country)}, ${name}`;
}

function RuleLink({ rule }: { rule: RuleView }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/retention/rules/$ruleId" params={{ agency, ruleId: rule.ruleId }}>
      {countryName(rule.country)}
    </Link>
  );
}

function day(at: string | null) {
  return at === null ? null : <Time at={at} day />;
}

export const RULE_COLUMNS: readonly DataColumn<RuleView>[] = [
  {
    id: 'country',
    header: t('column.country'),
    value: (rule) => countryName(rule.country),
    cell: (rule) => <RuleLink rule={rule} />,
  },
  {
    id: 'operator',
    header: t('retention.operator'),
    wrap: true,
    value: ({ operator, asn }) => operator ?? asn,
    cell: ({ operator, asn }) =>
      operator ?? (asn === null ? <span className="soft">{t('retention.everyOperator')}</span> : `AS${asn}`),
  },
  {
    id: 'days',
    header: t('retention.days'),
    end: true,
    width: 90,
    value: ({ daysKept }) => daysKept,
    cell: ({ daysKept }) => count(daysKept),
  },
  {
    id: 'class',
    header: t('retention.class'),
    spare: true,
    cell: ({ dataClass }) => t(`retention.class.${dataClass}`),
  },
  { id: 'from', header: t('retention.from'), width: 110, cell: ({ inForceFrom }) => day(inForceFrom) },
  { id: 'until', header: t('retention.until'), width: 110, cell: ({ inForceUntil }) => day(inForceUntil) },
  {
    id: 'verified',
    header: t('retention.verified'),
    value: ({ verifiedOn }) => verifiedOn,
    cell: ({ verifiedOn, verifiedBy }) =>
      verifiedOn === null ? (
        <strong>{t('retention.notVerified')}</strong>
      ) : (
        <span title={verifiedBy ?? undefined}>
          <Time at={verifiedOn} day />
        </span>
      ),
  },
  { id: 'law', header: t('retention.law'), wrap: true, cell: ({ legalReference }) => legalReference },
  { id: 'source', header: t('retention.source'), wrap: true, cell: ({ source }) => source },
];
