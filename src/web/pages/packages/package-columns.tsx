import { countryName } from '#core/countries.ts';
import type { PackageView } from '#packages/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { RecallMark } from '#web/parts/recall-notice.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { PACKAGE_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count } from '#web/words/format.ts';
import { packageStateOf } from '#web/words/package-state.ts';
import { PackageLink } from './package-link.tsx';

const ORDER = Object.keys(PACKAGE_LOOK);

export const PACKAGE_COLUMNS: readonly DataColumn<PackageView>[] = [
  {
    id: 'country',
    header: t('column.country'),
    value: ({ country }) => countryName(country),
    cell: ({ packageId, country }) => <PackageLink packageId={packageId}>{countryName(country)}</PackageLink>,
  },
  {
    id: 'version',
    header: t('column.version'),
    end: true,
    spare: true,
    value: ({ version }) => version,
    cell: ({ version }) => count(version),
  },
  {
    id: 'state',
    header: t('column.state'),
    value: (row) => ORDER.indexOf(packageStateOf(row)),
    cell: (row) =>
      row.recall?.replacedBy === null ? (
        <RecallMark recall={row.recall} />
      ) : (
        <StateMark look={PACKAGE_LOOK[packageStateOf(row)]} word={t(`package.${packageStateOf(row)}`)} />
      ),
  },
  {
    id: 'targets',
    header: t('column.targets'),
    end: true,
    value: ({ targetCount }) => targetCount,
    cell: ({ packageId, targetCount }) => (
      <PackageLink packageId={packageId}>{count(targetCount)}</PackageLink>
    ),
  },
  {
    id: 'rows',
    header: t('column.rows'),
    end: true,
    value: ({ observationCount }) => observationCount,
    cell: ({ observationCount }) => count(observationCount),
  },
  {
    id: 'size',
    header: t('column.size'),
    end: true,
    value: ({ sizeBytes }) => sizeBytes,
    cell: ({ sizeBytes }) => <Size bytes={sizeBytes} />,
  },
  {
    id: 'deadline',
    header: t('column.deadline'),
    value: ({ deadlineAt }) => deadlineAt,
    cell: ({ deadlineAt, state }) =>
      deadlineAt !== null && (state === 'sent' ? <Until at={deadlineAt} /> : <Time at={deadlineAt} />),
  },
  {
    id: 'sentAt',
    header: t('package.sentAt'),
    spare: true,
    value: ({ sentAt }) => sentAt,
    cell: ({ sentAt }) => sentAt !== null && <Time at={sentAt} />,
  },
  { id: 'digest', header: t('column.digest'), cell: ({ digest }) => <Digest value={digest} /> },
];
