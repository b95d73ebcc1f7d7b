import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { DataErasureView, ReviewView } from '#protection/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { useProtection } from '#web/api/protection.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { AskErasureForm } from './ask-erasure-form.tsx';
import { Erasures } from './erasures.tsx';
import { Holds } from './holds.tsx';
import { HoldForm, KeepForm } from './keep-form.tsx';
import { REVIEW_COLUMNS } from './review-columns.tsx';

/** What comes due, what is held, what is erased; a line of the list is chosen to decide about it. */
export function ProtectionPage() {
  const protection = useProtection();
  const agency = useAgency();
  const [chosen, setChosen] = useState<string>();
  return (
    <>
      <PageHead
        title={t('protection.title')}
        lead={t('protection.lead')}
        actions={
          <Link to="/$agency/protection/answers" params={{ agency }}>
            {t('protection.rights')}
          </Link>
        }
      />
      <Loaded query={protection}>
        {({ reviews, holds, erasures }) => (
          <Stack>
            <OverdueElsewhere erasures={erasures} />
            <Sheet>
              <DataTable
                name="reviews"
                label={t('protection.reviews')}
                heading={t('protection.reviews')}
                columns={REVIEW_COLUMNS}
                rows={reviews}
                rowId={({ recordId }) => recordId}
                onOpen={({ recordId }) => setChosen(recordId)}
                empty={<Empty what={t('protection.none')} />}
              />
            </Sheet>
            <Deciding record={reviews.find(({ recordId }) => recordId === chosen)} />
            <Holds holds={holds} />
            <Erasures erasures={erasures} />
          </Stack>
        )}
      </Loaded>
    </>
  );
}

/** Agencies that owe a certificate of something that was erased here, and are late. */
function OverdueElsewhere({ erasures }: { erasures: readonly DataErasureView[] }) {
  const count = erasures
    .flatMap(({ recipients }) => recipients)
    .filter(({ state }) => state === 'overdue').length;
  if (count === 0) return null;
  return (
    <p role="alert">
      <StateMark look={{ shape: 'triangle', tone: 'bad' }} word={t('protection.overdue', { count })} />{' '}
      {t('protection.overdueDo')}
    </p>
  );
}

function Deciding({ record }: { record: ReviewView | undefined }) {
  if (!record) return <p className="soft no-print">{t('protection.choose')}</p>;
  return (
    <Stack key={record.recordId}>
      <KeepForm record={record} />
      <HoldForm record={record} />
      <AskErasureForm record={record} />
    </Stack>
  );
}
