import { countryName } from '#core/countries.ts';
import type { TargetRow } from '#observations/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { count, duration } from '#web/words/format.ts';
import { severityWords } from '#web/words/observed.ts';
import { TargetLink } from './target-link.tsx';

export const filesBySeverity = ({ A, B, C }: TargetRow['filesByCode']) =>
  Object.entries({ A, B, C }).map(([severity, files]) => ({ severity, files }));

const HOUR_MS = 3_600_000;
const SOON_HOURS = 72;

/** How long an operator can still identify it, in shape, colour and words. */
export function TimeLeft({ hours }: { hours: number | null }) {
  if (hours === null) return <StateMark look={{ shape: 'ring', tone: 'idle' }} word={t('targets.noClock')} />;
  if (hours < 0) return <StateMark look={{ shape: 'cross', tone: 'idle' }} word={t('targets.gone')} />;
  const soon = hours < SOON_HOURS;
  return (
    <StateMark
      look={soon ? { shape: 'triangle', tone: 'bad' } : { shape: 'disc', tone: 'good' }}
      word={duration(hours * HOUR_MS)}
    />
  );
}

function marksOf(row: TargetRow): string[] {
  return [
    row.imminentRisk && t('targets.mark.imminent-risk'),
    row.known && t('targets.mark.known'),
    row.disagreement && t('targets.mark.disagreement'),
    row.carrierNat && t('targets.mark.carrier-nat'),
    row.hosting && t('targets.mark.hosting'),
    row.mergedClientIds && t('targets.mark.merged'),
  ].filter((mark) => typeof mark === 'string');
}

export const TARGET_COLUMNS: readonly DataColumn<TargetRow>[] = [
  {
    id: 'clientId',
    header: t('column.clientId'),
    cell: ({ targetId, clientId }) => <TargetLink targetId={targetId} clientId={clientId} />,
  },
  {
    id: 'country',
    header: t('column.country'),
    cell: ({ country }) => (country === null ? t('target.noCountry') : countryName(country)),
  },
  {
    id: 'score',
    header: t('column.score'),
    end: true,
    cell: ({ targetId, score }) => <TargetLink targetId={targetId} clientId={count(score)} plain />,
  },
  {
    id: 'risk',
    header: t('column.risk'),
    spare: true,
    cell: ({ imminentRisk }) =>
      imminentRisk && (
        <StateMark
          look={{ shape: 'diamond', tone: 'bad' }}
          word={t('flag.imminent-risk')}
          title={imminentRisk.reason}
        />
      ),
  },
  {
    id: 'hoursLeft',
    header: t('column.hoursLeft'),
    value: ({ hoursLeft }) => hoursLeft,
    cell: ({ hoursLeft }) => <TimeLeft hours={hoursLeft} />,
  },
  { id: 'marks', header: t('column.marks'), spare: true, cell: (row) => marksOf(row).join(', ') },
  {
    id: 'lastSeen',
    header: t('column.lastSeen'),
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => <Time at={lastSeenAt} />,
  },
  {
    id: 'firstSeen',
    header: t('column.firstSeen'),
    spare: true,
    value: ({ firstSeenAt }) => firstSeenAt,
    cell: ({ firstSeenAt }) => <Time at={firstSeenAt} />,
  },
  {
    id: 'activeDays',
    header: t('column.activeDays'),
    end: true,
    spare: true,
    cell: ({ activeDays }) => count(activeDays),
  },
  {
    id: 'addresses',
    header: t('column.addresses'),
    end: true,
    value: ({ addresses }) => addresses,
    cell: ({ targetId, addresses }) => <TargetLink targetId={targetId} clientId={count(addresses)} plain />,
  },
  {
    id: 'rows',
    header: t('column.rows'),
    end: true,
    value: ({ rows }) => rows,
    cell: ({ rows }) => count(rows),
  },
  {
    id: 'directRows',
    header: t('column.directRows'),
    end: true,
    spare: true,
    cell: ({ directRows }) => count(directRows),
  },
  {
    id: 'files',
    header: t('column.files'),
    end: true,
    value: ({ distinctFiles }) => distinctFiles,
    cell: ({ distinctFiles }) => count(distinctFiles),
  },
  {
    id: 'severity',
    header: t('column.severity'),
    cell: ({ filesByCode }) =>
      severityWords(filesBySeverity(filesByCode)).replace(/^ \((.*)\)$/, '$1') || t('format.none'),
  },
];
