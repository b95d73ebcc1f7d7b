import { Radio } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useCompute } from '#web/api/results.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import classes from './compute-panel.module.css';

const KINDS = ['provisional', 'final'] as const;

/** Freezing the figures from the reports as they stand. */
export function ComputePanel() {
  const [kind, setKind] = useState<(typeof KINDS)[number]>('provisional');
  const compute = useCompute();
  const agency = useAgency();
  const navigate = useNavigate();
  const why = whyNot(useSession(), 'results.compute', useOperation()?.operationId);
  return (
    <Panel title={t('results.compute')}>
      <div className={classes.form}>
        <p>{t('results.computeWords')}</p>
        <Radio.Group
          label={t('results.computeKind')}
          value={kind}
          onChange={(value) => setKind(value as typeof kind)}
        >
          <div className={classes.kinds}>
            {KINDS.map((value) => (
              <Radio key={value} value={value} label={t(`results.kind.${value}`)} />
            ))}
          </div>
        </Radio.Group>
        {compute.isError && <Problem error={compute.error} title={t('problem.actTitle')} />}
        <div>
          <ActButton
            why={why}
            loading={compute.isPending}
            onClick={() =>
              compute.mutate(
                { kind },
                {
                  onSuccess: ({ figureSetId }) =>
                    void navigate({ to: '/$agency/results/$setId', params: { agency, setId: figureSetId } }),
                },
              )
            }
          >
            {t('results.compute')}
          </ActButton>
        </div>
        {why && <p className="soft">{why}</p>}
      </div>
    </Panel>
  );
}
