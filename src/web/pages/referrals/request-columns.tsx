import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { countryName } from '#core/countries.ts';
import type { ReceivedRequestView, RequestView } from '#referrals/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Agencies } from '#web/parts/agencies.tsx';
import { Agency } from '#web/parts/agency.tsx';
import type { DataColumn } from '#web/parts/data-table.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { REQUEST_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { RequestLink } from './referral-link.tsx';

export const REQUEST_COLUMNS: readonly DataColumn<RequestView>[] = [
  {
    id: 'need',
    header: t('eurojust.need'),
    wrap: true,
    cell: ({ requestId, need }) => <RequestLink requestId={requestId}>{shortened(need)}</RequestLink>,
  },
  {
    id: 'countries',
    header: t('network.countries'),
    wrap: true,
    width: 200,
    cell: ({ countries }) => countries.map(countryName).join(', '),
  },
  {
    id: 'state',
    header: t('column.state'),
    width: 230,
    wrap: true,
    cell: ({ state, missingPermissions }) => (
      <>
        <StateMark look={REQUEST_LOOK[state]} word={t(`request.${state}`)} />
        {state === 'blocked' && (
          <div className="soft">
            {t('permission.of')} <Agencies ids={missingPermissions.map(({ provider }) => provider)} />
          </div>
        )}
      </>
    ),
  },
  {
    id: 'deadline',
    header: t('column.deadline'),
    width: 140,
    cell: ({ deadlineAt, answered, closed }) =>
      answered || closed ? <Time at={deadlineAt} /> : <Until at={deadlineAt} />,
  },
];

export const RECEIVED_REQUEST_COLUMNS: readonly DataColumn<ReceivedRequestView>[] = [
  {
    id: 'need',
    header: t('eurojust.need'),
    wrap: true,
    cell: ({ requestId, need }) => <ReceivedLink requestId={requestId}>{shortened(need)}</ReceivedLink>,
  },
  { id: 'from', header: t('column.from'), width: 130, cell: ({ from }) => <Agency id={from} /> },
  {
    id: 'countries',
    header: t('network.countries'),
    wrap: true,
    width: 200,
    cell: ({ countries }) => countries.map(countryName).join(', '),
  },
  {
    id: 'state',
    header: t('column.state'),
    width: 150,
    cell: ({ answered }) => (
      <StateMark
        look={answered ? REQUEST_LOOK.answered : REQUEST_LOOK.sent}
        word={t(answered ? 'request.answered' : 'eurojust.toAnswer')}
      />
    ),
  },
  {
    id: 'deadline',
    header: t('column.deadline'),
    width: 140,
    cell: ({ deadlineAt, answered }) => (answered ? <Time at={deadlineAt} /> : <Until at={deadlineAt} />),
  },
];

const MOST_CHARACTERS = 120;

function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

function ReceivedLink({ requestId, children }: { requestId: string; children: ReactNode }) {
  const agency = useAgency();
  return (
    <Link to="/$agency/referrals/eurojust-received/$id" params={{ agency, id: requestId }}>
      {children}
    </Link>
  );
}
