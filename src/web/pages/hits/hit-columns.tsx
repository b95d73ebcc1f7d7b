import { countryName } from '#core/countries.ts';
import type { HitRow } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { HitLink } from './hit-link.tsx';
import { HitMark } from './hit-mark.tsx';

/** Codes of both sides, each once. */
const codesOf = ({ sides }: HitRow) => [...new Set(sides.flatMap(({ handling }) => handling.codes))].sort();

export const HIT_COLUMNS: readonly DataColumn<HitRow>[] = [
  {
    id: 'reason',
    header: t('hit.reason'),
    wrap: true,
    cell: ({ hitId, reason }) => <HitLink hitId={hitId}>{reason}</HitLink>,
  },
  { id: 'state', header: t('hit.decision'), width: 150, cell: (hit) => <HitMark hit={hit} /> },
  {
    id: 'countries',
    header: t('column.country'),
    width: 150,
    wrap: true,
    cell: ({ sides }) =>
      [...new Set(sides.flatMap(({ country }) => country ?? []))].map(countryName).join(', ') ||
      t('format.none'),
  },
  {
    id: 'standing',
    header: t('hit.standing'),
    width: 120,
    cell: ({ standing }) => t(`hit.standing.${standing}`),
  },
  {
    id: 'codes',
    header: t('package.codes'),
    width: 130,
    cell: (hit) => <span title={t('hit.codesHint')}>{codesOf(hit).join(' ') || t('format.none')}</span>,
  },
  { id: 'found', header: t('hit.found'), width: 120, cell: ({ foundAt }) => <Time at={foundAt} /> },
];
