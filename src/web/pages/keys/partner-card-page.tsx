import { Link, useParams } from '@tanstack/react-router';
import { useKeys } from '#web/api/keys.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { CardPanel } from './card-panel.tsx';
import { KeyHistory } from './key-history.tsx';

/** One partner's card, whole: what its officers read out by telephone. */
export function PartnerCardPage() {
  const { id } = useParams({ from: '/$agency/keys/$id' });
  const agency = useAgency();
  return (
    <Loaded query={useKeys()}>
      {({ partners, history }) => {
        const card = partners.find(({ agencyId }) => agencyId === id);
        if (!card) return <Empty what={t('keys.noCard')} />;
        return (
          <>
            <PageHead
              title={card.name}
              lead={
                <>
                  {t('keys.partnerLead')}{' '}
                  <Link to="/$agency/keys" params={{ agency }}>
                    {t('keys.all')}
                  </Link>
                </>
              }
            />
            <Stack>
              <CardPanel card={card} title={t('keys.card')} />
              <KeyHistory history={history.filter(({ agencyId }) => agencyId === id)} />
            </Stack>
          </>
        );
      }}
    </Loaded>
  );
}
