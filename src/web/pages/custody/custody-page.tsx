import { Link, useSearch } from '@tanstack/react-router';
import { useCustodyLog } from '#web/api/custody.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { LogTabs } from '#web/pages/consultations/log-tabs.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { TrailLink } from '#web/parts/trail-link.tsx';
import { shortId } from '#web/words/format.ts';
import { EventLog } from './event-log.tsx';
import { CustodyLogState } from './log-state.tsx';

/** The custody log of the operation at this node: all acts, or those on one thing. */
export function CustodyPage() {
  const { kind, id } = useSearch({ from: '/$agency/custody' });
  const agency = useAgency();
  const log = useCustodyLog({ subjectKind: kind, subjectId: id });
  return (
    <>
      <PageHead
        title={t('custody.title')}
        lead={
          kind && id ? (
            <>
              <span title={id}>{t('custody.of', { kind, id: shortId(id) })}</span>
              <TrailLink kind={kind} id={id} />
              <Link to="/$agency/custody" params={{ agency }}>
                {t('custody.all')}
              </Link>
            </>
          ) : (
            t('custody.lead')
          )
        }
      />
      <LogTabs />
      <CustodyLogState />
      <Sheet>
        <Loaded query={log}>
          {({ pages }) => (
            <EventLog
              events={pages.flat()}
              more={log.hasNextPage ? () => void log.fetchNextPage() : undefined}
            />
          )}
        </Loaded>
      </Sheet>
    </>
  );
}
