import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { countryName } from '#core/countries.ts';
import type { NetworkRow } from '#crossmatch/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { NETWORK_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { count, shortId } from '#web/words/format.ts';

export function networkName({ names, networkId }: Pick<NetworkRow, 'names' | 'networkId'>): string {
  return names.join(', ') || t('network.unnamed', { id: shortId(networkId) });
}

export const NETWORK_COLUMNS: readonly DataColumn<NetworkRow>[] = [
  {
    id: 'name',
    header: t('network.name'),
    wrap: true,
    cell: (row) => <NetworkLink networkId={row.networkId}>{networkName(row)}</NetworkLink>,
  },
  {
    id: 'kind',
    header: t('column.kind'),
    cell: ({ kind }) => <StateMark look={NETWORK_LOOK[kind]} word={t(`network.${kind}`)} />,
  },
  {
    id: 'persons',
    header: t('network.persons'),
    end: true,
    cell: ({ networkId, persons }) => <NetworkLink networkId={networkId}>{count(persons)}</NetworkLink>,
  },
  {
    id: 'members',
    header: t('network.members'),
    end: true,
    cell: ({ networkId, members }) => <NetworkLink networkId={networkId}>{count(members)}</NetworkLink>,
  },
  {
    id: 'hits',
    header: t('network.hits'),
    end: true,
    cell: ({ networkId, hits }) => <NetworkLink networkId={networkId}>{count(hits)}</NetworkLink>,
  },
  {
    id: 'countries',
    header: t('network.countries'),
    wrap: true,
    cell: ({ countries }) => countries.map(countryName).join(', '),
  },
];

function NetworkLink({ networkId, children }: { networkId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/hits/networks/$networkId" params={{ agency, networkId }}>
      {children}
    </Link>
  );
}
