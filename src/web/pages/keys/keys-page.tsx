import { Link, useNavigate } from '@tanstack/react-router';
import type { CardView, KeyOverview } from '#operations/key-schemas.ts';
import { useKeys } from '#web/api/keys.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Columns, Stack } from '#web/parts/columns.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { KEY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { CardPanel } from './card-panel.tsx';
import { KeyHistory } from './key-history.tsx';
import { RevokeForm } from './revoke-form.tsx';
import { RotateForm } from './rotate-form.tsx';

/** Keys of this node and of every agency whose card is here, and what has changed. */
export function KeysPage() {
  const agency = useAgency();
  return (
    <>
      <PageHead
        title={t('keys.title')}
        lead={t('keys.lead')}
        actions={
          <a href={`/nodes/${agency}/api/keys/card`} download={`${agency}.card.json`}>
            {t('keys.saveCard')}
          </a>
        }
      />
      <Loaded query={useKeys()}>{(keys) => <Keys keys={keys} />}</Loaded>
    </>
  );
}

function Keys({ keys: { own, inAgent, partners, history } }: { keys: KeyOverview }) {
  return (
    <Stack>
      <Columns
        wide
        side={
          <>
            <RotateForm inAgent={inAgent} />
            <RevokeForm own={own} />
          </>
        }
      >
        <CardPanel card={own} title={t('keys.own')} />
      </Columns>
      <Partners partners={partners} />
      <KeyHistory history={history} />
    </Stack>
  );
}

function Partners({ partners }: { partners: readonly CardView[] }) {
  const agency = useAgency();
  const navigate = useNavigate();
  const columns: readonly DataColumn<CardView>[] = [
    {
      id: 'name',
      header: t('keys.agency'),
      value: ({ name }) => name,
      cell: ({ agencyId, name }) => (
        <Link to="/$agency/keys/$id" params={{ agency, id: agencyId }}>
          {name}
        </Link>
      ),
    },
    {
      id: 'signs',
      header: t('keys.signs'),
      wrap: true,
      cell: ({ signingKeys }) =>
        signingKeys.map(({ fingerprint, standing }) => (
          <div key={fingerprint}>
            <span className="mono">{fingerprint}</span>{' '}
            <StateMark look={KEY_LOOK[standing]} word={t(`keys.standing.${standing}`)} />
          </div>
        )),
    },
    {
      id: 'pins',
      header: t('keys.pins'),
      end: true,
      cell: ({ tlsPins }) => (tlsPins.length === 0 ? t('keys.noPin') : tlsPins.length),
    },
    { id: 'issued', header: t('keys.issued'), cell: ({ issuedAt }) => <Time at={issuedAt} /> },
  ];
  return (
    <Sheet>
      <DataTable
        name="cards"
        label={t('keys.partners')}
        heading={t('keys.partners')}
        columns={columns}
        rows={partners}
        rowId={({ agencyId }) => agencyId}
        onOpen={({ agencyId }) =>
          void navigate({ to: '/$agency/keys/$id', params: { agency, id: agencyId } })
        }
        empty={<Empty what={t('keys.noPartner')}>{t('keys.noPartnerDo')}</Empty>}
      />
    </Sheet>
  );
}
