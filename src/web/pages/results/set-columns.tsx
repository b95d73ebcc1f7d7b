import type { FigureSetRow } from '#results/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Time } from '#web/parts/time.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { ReleaseMark } from './release-mark.tsx';
import { SetLink } from './set-link.tsx';

export const SET_COLUMNS: readonly DataColumn<FigureSetRow>[] = [
  {
    id: 'kind',
    header: t('results.computeKind'),
    cell: (set) => <SetLink setId={set.figureSetId}>{t(`results.kind.${set.kind}`)}</SetLink>,
  },
  { id: 'asOf', header: t('set.asOf'), cell: ({ asOf }) => <Time at={asOf} /> },
  { id: 'release', header: t('column.state'), cell: ({ release }) => <ReleaseMark release={release} /> },
  {
    id: 'checks',
    header: t('set.checks'),
    cell: ({ passed }) => (
      <StateMark
        look={passed ? { shape: 'tick', tone: 'good' } : { shape: 'triangle', tone: 'bad' }}
        word={t(passed ? 'results.checksPassed' : 'results.checksFailed')}
      />
    ),
  },
  {
    id: 'computedAt',
    header: t('set.computedAt'),
    spare: true,
    cell: ({ computedAt }) => <Time at={computedAt} />,
  },
  { id: 'digest', header: t('set.digest'), cell: ({ digest }) => <Digest value={digest} /> },
];
