import type { ProgrammeView } from '#operations/programme-schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAdvancePlanEntry } from '#web/api/programme.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { type DataColumn, DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { PLAN_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { monthName } from '#web/words/month.ts';
import { OperationLink } from './operation-link.tsx';

type Entry = ProgrammeView['plan'][number];

const NEXT = { planned: 'running', running: 'done' } as const;

/** What the programme plans, and how far each is. */
export function ActionPlan({ programme }: { programme: ProgrammeView }) {
  const advance = useAdvancePlanEntry(programme.programmeId);
  const why = whyNot(useSession(), 'programme.manage', useOperation()?.operationId);
  const names = new Map(programme.operations.map(({ operationId, codeName }) => [operationId, codeName]));
  const columns: readonly DataColumn<Entry>[] = [
    { id: 'title', header: t('plan.entry'), wrap: true, cell: ({ title }) => title },
    {
      id: 'months',
      header: t('plan.months'),
      cell: ({ from, to }) => `${monthName(from)} – ${monthName(to)}`,
    },
    {
      id: 'state',
      header: t('column.state'),
      cell: ({ state }) => <StateMark look={PLAN_LOOK[state]} word={t(`plan.${state}`)} />,
    },
    {
      id: 'operation',
      header: t('frame.operation'),
      cell: ({ operationId }) =>
        operationId !== null && (
          <OperationLink operationId={operationId} codeName={names.get(operationId) ?? null} />
        ),
    },
    {
      id: 'act',
      header: t('plan.next'),
      cell: ({ entryId, state }) =>
        state !== 'done' && (
          <ActButton
            size="compact-xs"
            variant="default"
            why={why}
            loading={advance.isPending && advance.variables?.entryId === entryId}
            onClick={() => advance.mutate({ entryId, state: NEXT[state] })}
          >
            {t(`plan.to.${NEXT[state]}`)}
          </ActButton>
        ),
    },
  ];
  return (
    <Sheet>
      {advance.isError && <Problem error={advance.error} title={t('problem.actTitle')} />}
      <DataTable
        name="action-plan"
        label={t('plan.title')}
        heading={t('plan.title')}
        columns={columns}
        rows={programme.plan}
        rowId={({ entryId }) => entryId}
        empty={<Empty what={t('plan.empty')}>{t('plan.emptyDo')}</Empty>}
      />
    </Sheet>
  );
}
