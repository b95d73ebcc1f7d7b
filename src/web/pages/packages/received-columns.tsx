import { countryName } from '#core/countries.ts';
import type { ReceivedPackageView } from '#packages/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { RecallMark } from '#web/parts/recall-notice.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';
import { CurrentMark } from './current-mark.tsx';
import { PackageLink } from './package-link.tsx';

export const RECEIVED_COLUMNS: readonly DataColumn<ReceivedPackageView>[] = [
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
    value: ({ version }) => version,
    cell: ({ version }) => count(version),
  },
  {
    id: 'state',
    header: t('column.state'),
    value: ({ current }) => Number(!current),
    cell: ({ current, recall }) =>
      recall?.replacedBy === null ? <RecallMark recall={recall} /> : <CurrentMark current={current} />,
  },
  {
    id: 'from',
    header: t('column.from'),
    value: ({ from }) => from,
    cell: ({ from }) => <Agency id={from} />,
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
    id: 'receivedAt',
    header: t('package.receivedAt'),
    value: ({ receivedAt }) => receivedAt,
    cell: ({ receivedAt }) => <Time at={receivedAt} />,
  },
  { id: 'digest', header: t('column.digest'), cell: ({ digest }) => <Digest value={digest} /> },
];
