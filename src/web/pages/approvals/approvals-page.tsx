import { Button } from '@mantine/core';
import { useState } from 'react';
import { useApprovals } from '#web/api/approvals.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { ProposalPanel } from './proposal-panel.tsx';

/** What waits for this officer's word, and what he proposed himself; over all operations and the node. */
export function ApprovalsPage() {
  const [over, setOver] = useState(false);
  return (
    <>
      <PageHead title={t('approvals.title')} lead={t('approvals.lead')} />
      <Loaded query={useApprovals({ over: false })}>
        {({ proposals }) => (
          <Stack>
            {proposals.length === 0 && <Empty what={t('approvals.none')}>{t('approvals.noneDo')}</Empty>}
            {/* What he decides about first. */}
            {[...proposals.filter((one) => one.mayDecide), ...proposals.filter((one) => !one.mayDecide)].map(
              (proposal) => (
                <ProposalPanel key={proposal.proposalId} proposal={proposal} />
              ),
            )}
            {over ? (
              <Over />
            ) : (
              <div className="no-print">
                <Button variant="default" onClick={() => setOver(true)}>
                  {t('approvals.showOver')}
                </Button>
              </div>
            )}
          </Stack>
        )}
      </Loaded>
    </>
  );
}

function Over() {
  return (
    <Loaded query={useApprovals({ over: true })}>
      {({ proposals }) => (
        <Stack>
          <h2>{t('approvals.over')}</h2>
          {proposals.map((proposal) => (
            <ProposalPanel key={proposal.proposalId} proposal={proposal} />
          ))}
        </Stack>
      )}
    </Loaded>
  );
}
