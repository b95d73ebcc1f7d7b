import type { CaseTarget } from '#casework/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { CaseLink } from '#web/parts/case-link.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Flags } from '#web/parts/flags.tsx';
import { OutcomeMark } from '#web/parts/outcome-mark.tsx';
import { PersonWords } from '#web/parts/person-words.tsx';
import { Time } from '#web/parts/time.tsx';
import { count } from '#web/words/format.ts';

const current = (of: (outcome: NonNullable<CaseTarget['current']>) => number) => (row: CaseTarget) =>
  row.current ? count(of(row.current)) : t('format.none');

export const CASE_COLUMNS: readonly DataColumn<CaseTarget>[] = [
  { id: 'target', header: t('column.target'), cell: ({ targetId }) => <CaseLink targetId={targetId} /> },
  { id: 'rank', header: t('column.rank'), end: true, width: 70, cell: ({ rank }) => count(rank) },
  { id: 'score', header: t('column.score'), end: true, width: 80, cell: ({ score }) => count(score) },
  { id: 'lastSeen', header: t('case.lastSeen'), cell: ({ lastSeenAt }) => <Time at={lastSeenAt} /> },
  {
    id: 'outcome',
    header: t('column.outcome'),
    cell: ({ current: stated }) => <OutcomeMark outcome={stated?.outcome ?? 'pending'} />,
  },
  {
    id: 'person',
    header: t('person.column'),
    cell: ({ person }) => <PersonWords person={person} />,
  },
  {
    id: 'identified',
    header: t('column.identified'),
    end: true,
    cell: current(({ suspectsIdentified }) => suspectsIdentified),
  },
  {
    id: 'arrested',
    header: t('column.arrested'),
    end: true,
    cell: current(({ suspectsArrested }) => suspectsArrested),
  },
  { id: 'flags', header: t('column.flags'), cell: (row) => <Flags flags={row.current?.flags ?? []} /> },
  {
    id: 'recorded',
    header: t('column.recorded'),
    spare: true,
    cell: (row) => (row.current ? <Time at={row.current.recordedAt} /> : t('casework.notRecorded')),
  },
];
