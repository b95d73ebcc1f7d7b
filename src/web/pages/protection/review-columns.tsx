import type { ReviewView } from '#protection/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { PersonWords } from '#web/parts/person-words.tsx';
import { Time } from '#web/parts/time.tsx';
import type { StateLook } from '#web/state/state-mark.tsx';
import { StateMark } from '#web/state/state-mark.tsx';

const LOOK: Readonly<Record<ReviewView['state'], StateLook>> = {
  later: { shape: 'ring', tone: 'idle' },
  soon: { shape: 'half', tone: 'wait' },
  over: { shape: 'triangle', tone: 'bad' },
};

export const REVIEW_COLUMNS: readonly DataColumn<ReviewView>[] = [
  { id: 'due', header: t('protection.due'), width: 120, cell: ({ dueAt }) => <Time at={dueAt} day /> },
  {
    id: 'state',
    header: t('protection.state'),
    width: 190,
    cell: ({ state, erasureId }) => (
      <StateMark
        look={LOOK[state]}
        word={erasureId === null ? t(`protection.state.${state}`) : t('protection.erasureAsked')}
      />
    ),
  },
  {
    id: 'what',
    header: t('protection.what'),
    wrap: true,
    cell: ({ kind, label }) => `${t(`protection.kind.${kind}`)}: ${label}`,
  },
  {
    id: 'category',
    header: t('protection.category'),
    width: 150,
    spare: true,
    cell: ({ category, minor, kind }) =>
      kind === 'target' ? <PersonWords person={{ category, minor, strictlyNecessary: false }} /> : null,
  },
  {
    id: 'held',
    header: t('protection.held'),
    width: 120,
    cell: ({ heldUntil }) => (heldUntil === null ? null : <Time at={heldUntil} day />),
  },
  { id: 'source', header: t('protection.source'), wrap: true, cell: ({ source }) => source },
];
