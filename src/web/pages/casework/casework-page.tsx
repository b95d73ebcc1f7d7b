import { useNavigate, useSearch } from '@tanstack/react-router';
import type { CaseTargetsPage } from '#casework/schemas.ts';
import { useCaseTargets } from '#web/api/casework.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Pager } from '#web/parts/pager.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { CASE_COLUMNS } from './case-columns.tsx';
import { CaseFilters } from './case-filters.tsx';
import { CaseSums } from './case-sums.tsx';
import classes from './casework-page.module.css';

const PAGE_SIZE = 50;

/** The receiving side's targets, the most urgent first. */
export function CaseworkPage() {
  const { outcome, flag, category, sort, from = 0 } = useSearch({ from: '/$agency/casework' });
  const agency = useAgency();
  const session = useSession();
  const operation = useOperation();
  const navigate = useNavigate();
  const targets = useCaseTargets({ outcome, flag, category, sort, offset: from, limit: PAGE_SIZE });
  const why = whyNot(session, 'reports.send', operation?.operationId);
  return (
    <>
      <PageHead
        title={t('casework.title')}
        lead={t('casework.lead')}
        actions={
          <ActButton
            why={why}
            onClick={() => void navigate({ to: '/$agency/casework/report', params: { agency } })}
          >
            {t('casework.sendReport')}
          </ActButton>
        }
      />
      <Loaded query={targets}>
        {(page) => (
          <div className={classes.page}>
            <Sheet>
              <Targets
                page={page}
                from={from}
                filtered={outcome !== undefined || flag !== undefined || category !== undefined}
              />
            </Sheet>
            <Panel title={t('casework.sums')}>
              <CaseSums totals={page.totals} />
            </Panel>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Targets({ page, from, filtered }: { page: CaseTargetsPage; from: number; filtered: boolean }) {
  const agency = useAgency();
  const navigate = useNavigate({ from: '/$agency/casework' });
  return (
    <>
      <DataTable
        name="case-targets"
        label={t('casework.list')}
        columns={CASE_COLUMNS}
        rows={page.rows}
        rowId={({ targetId }) => targetId}
        onOpen={({ targetId }) =>
          void navigate({ to: '/$agency/casework/$targetId', params: { agency, targetId } })
        }
        tools={<CaseFilters />}
        empty={
          filtered ? (
            <Empty what={t('casework.noMatch')} />
          ) : (
            <Empty what={t('casework.empty')}>{t('casework.emptyDo')}</Empty>
          )
        }
      />
      <Pager
        from={from}
        size={PAGE_SIZE}
        total={page.total}
        onChange={(next) => void navigate({ search: (old) => ({ ...old, from: next || undefined }) })}
      />
    </>
  );
}
