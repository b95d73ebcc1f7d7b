import { useNavigate } from '@tanstack/react-router';
import { useAgency } from '#web/api/operation.ts';
import { useFigureSets } from '#web/api/results.ts';
import { t } from '#web/messages/messages.ts';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { ComputePanel } from './compute-panel.tsx';
import classes from './results-page.module.css';
import { SET_COLUMNS } from './set-columns.tsx';

/** The figure sets of the operation, newest first, and computing another. */
export function ResultsPage() {
  const sets = useFigureSets();
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <>
      <PageHead title={t('results.title')} lead={t('results.lead')} />
      <div className={classes.columns}>
        <Sheet>
          <Loaded query={sets}>
            {(data) => (
              <DataTable
                name="figure-sets"
                label={t('results.sets')}
                heading={t('results.sets')}
                columns={SET_COLUMNS}
                rows={data.sets}
                rowId={({ figureSetId }) => figureSetId}
                onOpen={({ figureSetId }) =>
                  void navigate({ to: '/$agency/results/$setId', params: { agency, setId: figureSetId } })
                }
                empty={<Empty what={t('results.empty')}>{t('results.emptyDo')}</Empty>}
              />
            )}
          </Loaded>
        </Sheet>
        <ComputePanel />
      </div>
    </>
  );
}
