import { countryName } from '#core/countries.ts';
import type { CoverView } from '#observations/targets/schemas.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { count, percent } from '#web/words/format.ts';
import classes from './cover-page.module.css';
import { TargetLink } from './target-link.tsx';

/** A target of the choice with its place in it, from 1. */
export type Chosen = CoverView['rows'][number] & { readonly order: number };

function Standing({ standing }: Pick<Chosen, 'standing'>) {
  if (standing === null) return null;
  const risk = standing === 'imminent-risk';
  return (
    <StateMark
      look={{ shape: risk ? 'diamond' : 'disc', tone: risk ? 'bad' : 'wait' }}
      word={t(`targets.mark.${standing}`)}
    />
  );
}

/** How much of all points the targets up to this one account for. */
function Share({ share }: Pick<Chosen, 'share'>) {
  return (
    <span className={classes.share}>
      <span className={classes.bar} aria-hidden="true">
        <i style={{ width: `${100 * share}%` }} />
      </span>
      <span>{percent(share)}</span>
    </span>
  );
}

const COLUMNS: readonly DataColumn<Chosen>[] = [
  { id: 'order', header: t('cover.order'), end: true, width: 64, cell: ({ order }) => count(order) },
  {
    id: 'clientId',
    header: t('column.clientId'),
    width: 160,
    cell: ({ targetId, clientId }) => <TargetLink targetId={targetId} clientId={clientId} />,
  },
  {
    id: 'country',
    header: t('column.country'),
    width: 112,
    cell: ({ country }) => (country === null ? t('target.noCountry') : countryName(country)),
  },
  { id: 'standing', header: t('cover.first'), width: 140, cell: (row) => <Standing {...row} /> },
  { id: 'added', header: t('cover.added'), end: true, width: 92, cell: ({ added }) => count(added) },
  { id: 'words', header: t('cover.words'), wrap: true, cell: ({ words }) => words },
  { id: 'share', header: t('cover.share'), width: 176, cell: (row) => <Share {...row} /> },
];

/** The columns that tell rows apart: no country where one was asked for, no standing where none has one. */
export function coverColumns(rows: readonly Chosen[], country: string | undefined) {
  const same = new Set<string>();
  if (country !== undefined) same.add('country');
  if (rows.every(({ standing }) => standing === null)) same.add('standing');
  return COLUMNS.filter(({ id }) => !same.has(id));
}
