import type { ProgrammeView } from '#operations/programme-schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { OperationLink } from './operation-link.tsx';

export function ProgrammeOperations({ programme: { operations, plan } }: { programme: ProgrammeView }) {
  return (
    <div id="operations">
      <Panel title={t('programme.operations')}>
        {operations.length === 0 && (
          <Empty what={t('programme.noOperations')}>{t('programme.noOperationsDo')}</Empty>
        )}
        {operations.map(({ operationId, codeName }) => (
          <p key={operationId}>
            <OperationLink operationId={operationId} codeName={codeName} />{' '}
            <span className="soft">
              {plan.find((entry) => entry.operationId === operationId)?.title ?? t('programme.unplanned')}
            </span>
          </p>
        ))}
      </Panel>
    </div>
  );
}
