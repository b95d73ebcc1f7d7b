import type { LinkSuggestionView } from '#observations/links/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { TargetLink } from './target-link.tsx';

export const LINK_COLUMNS: readonly DataColumn<LinkSuggestionView>[] = [
  { id: 'score', header: t('column.score'), end: true, width: 80, cell: ({ score }) => score },
  { id: 'rule', header: t('links.rule'), wrap: true, cell: ({ type }) => t(`links.type.${type}`) },
  {
    id: 'earlier',
    header: t('links.columnEarlier'),
    cell: ({ earlier }) => <TargetLink targetId={earlier.targetId} clientId={earlier.clientId} />,
  },
  {
    id: 'until',
    header: t('links.columnUntil'),
    cell: ({ earlier }) => <Time at={earlier.lastSeenAt} />,
  },
  {
    id: 'later',
    header: t('links.columnLater'),
    cell: ({ later }) => <TargetLink targetId={later.targetId} clientId={later.clientId} />,
  },
  { id: 'from', header: t('links.columnFrom'), cell: ({ later }) => <Time at={later.firstSeenAt} /> },
  {
    id: 'where',
    header: t('links.columnWhere'),
    cell: ({ address, port }) => (
      <span className="mono">
        {address === null ? '–' : port === null ? address : t('links.place', { address, port: String(port) })}
      </span>
    ),
  },
];
