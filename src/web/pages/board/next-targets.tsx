import { Link, useNavigate } from '@tanstack/react-router';
import { useCaseTargets } from '#web/api/casework.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { CASE_COLUMNS } from '#web/pages/casework/case-columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Sheet } from '#web/parts/sheet.tsx';

const SHOWN = 10;

/** What a participating agency works next: its targets without a result, the most urgent first. */
export function NextTargets() {
  const targets = useCaseTargets({ outcome: 'pending', limit: SHOWN });
  const agency = useAgency();
  const navigate = useNavigate();
  return (
    <Sheet>
      <Loaded query={targets}>
        {(page) => (
          <DataTable
            name="next-targets"
            label={t('board.nextTargets')}
            heading={t('board.nextTargets')}
            columns={CASE_COLUMNS}
            rows={page.rows}
            rowId={({ targetId }) => targetId}
            onOpen={({ targetId }) =>
              void navigate({ to: '/$agency/casework/$targetId', params: { agency, targetId } })
            }
            tools={
              <Link to="/$agency/casework" params={{ agency }} search={{ outcome: 'pending' }}>
                {t('targets.count', { count: page.total })}
              </Link>
            }
            empty={<Empty what={t('board.allWorked')}>{t('casework.emptyDo')}</Empty>}
          />
        )}
      </Loaded>
    </Sheet>
  );
}
