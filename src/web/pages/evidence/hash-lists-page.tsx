import { useNavigate } from '@tanstack/react-router';
import { useHashLists } from '#web/api/evidence.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { EvidenceTabs } from './evidence-tabs.tsx';
import { HASH_LIST_COLUMNS } from './hash-list-columns.tsx';

/** The hash lists of this node: every inventory is matched with all of them. */
export function HashListsPage() {
  const lists = useHashLists();
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'evidence.hash-lists', useOperation()?.operationId);
  return (
    <>
      <PageHead
        title={t('hashlists.title')}
        lead={t('hashlists.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/evidence/lists/import', params: { agency } })}
          >
            {t('hashlists.import')}
          </ActButton>
        }
      />
      <EvidenceTabs />
      <Sheet>
        <Loaded query={lists}>
          {(rows) => (
            <DataTable
              name="hash-lists"
              label={t('hashlists.title')}
              columns={HASH_LIST_COLUMNS}
              rows={rows}
              rowId={({ listId }) => listId}
              onOpen={({ listId }) =>
                void navigate({ to: '/$agency/evidence/lists/$listId', params: { agency, listId } })
              }
              empty={<Empty what={t('hashlists.empty')}>{t('hashlists.emptyDo')}</Empty>}
            />
          )}
        </Loaded>
      </Sheet>
    </>
  );
}
