import { countryName } from '#core/countries.ts';
import type { TargetAddressRow, TargetRow } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import classes from './address-columns.module.css';
import { TimeLeft } from './target-columns.tsx';

type Seen = Pick<TargetRow, 'firstSeenAt' | 'lastSeenAt'>;

/** @param target whose whole time the spans are drawn over */
export function addressColumns(target: Seen): readonly DataColumn<TargetAddressRow>[] {
  return [
    {
      id: 'address',
      header: t('life.address'),
      wrap: true,
      cell: ({ address, port }) => (
        <span className="mono">{port === null ? address : `${address} : ${port}`}</span>
      ),
    },
    { id: 'holder', header: t('life.holder'), wrap: true, cell: (row) => <HolderOf row={row} /> },
    { id: 'span', header: t('target.seen'), width: 140, cell: (row) => <Span row={row} of={target} /> },
    {
      id: 'rows',
      header: t('column.rows'),
      end: true,
      width: 116,
      cell: ({ rows, directRows }) => (
        <>
          {count(rows)}
          <div className={classes.small}>{t('target.direct', { count: count(directRows) })}</div>
        </>
      ),
    },
    { id: 'until', header: t('life.until'), width: 170, cell: (row) => <UntilOf row={row} /> },
    { id: 'heed', header: t('life.heed'), wrap: true, cell: (row) => <Heed row={row} /> },
    { id: 'why', header: t('life.why'), wrap: true, spare: true, cell: ({ clock }) => clock?.words },
  ];
}

function HolderOf({ row: { country, operator, asn } }: { row: TargetAddressRow }) {
  return (
    <>
      {operator ?? t('life.noOperator')}
      {asn !== null && ` (AS${asn})`}
      <div className={classes.small}>{country === null ? t('target.noCountry') : countryName(country)}</div>
    </>
  );
}

/** First and last time, and where they lie in the whole time of the target. Once seen, once said. */
function Span({ row, of }: { row: TargetAddressRow; of: Seen }) {
  const start = Date.parse(of.firstSeenAt);
  const whole = Math.max(1, Date.parse(of.lastSeenAt) - start);
  const share = (at: string) => (100 * (Date.parse(at) - start)) / whole;
  const [from, to] = [share(row.firstSeenAt), share(row.lastSeenAt)];
  return (
    <>
      <Time at={row.firstSeenAt} />
      {row.lastSeenAt !== row.firstSeenAt && (
        <div>
          – <Time at={row.lastSeenAt} />
        </div>
      )}
      <svg className={classes.span} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2="100" y1="3" y2="3" />
        <rect x={Math.min(from, 98)} y="0" width={Math.max(2, to - from)} height="6" />
      </svg>
    </>
  );
}

function UntilOf({ row: { clock } }: { row: TargetAddressRow }) {
  if (!clock?.until) return <span className="soft">{t('life.notDirect')}</span>;
  return (
    <span title={clock.words}>
      <Time at={clock.until} />
      <div>
        <TimeLeft hours={clock.hoursLeft} />
      </div>
    </span>
  );
}

const HEEDS = [
  ['carrierNat', 'life.heed.carrierNat'],
  ['hosting', 'life.heed.hosting'],
  ['disagreement', 'life.heed.disagreement'],
  ['afterTheFact', 'life.heed.afterTheFact'],
] as const;

/** What to know before an operator is asked. */
export function Heed({ row }: { row: Partial<Record<(typeof HEEDS)[number][0], boolean>> }) {
  return HEEDS.filter(([flag]) => row[flag]).map(([flag, words]) => (
    <div key={flag}>
      <StateMark look={{ shape: 'triangle', tone: 'wait' }} word={t(words)} />
    </div>
  ));
}
