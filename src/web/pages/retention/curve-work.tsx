import { Button } from '@mantine/core';
import type { CurveView } from '#observations/retention/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useCancelCurve, useComputeCurve } from '#web/api/retention.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Problem } from '#web/parts/problem.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './freeze-curve-page.module.css';

/** How old the curve is, and having it computed: it goes on when the page is left. */
export function CurveWork({ view: { work, curve, transitDays } }: { view: CurveView }) {
  const compute = useComputeCurve();
  const cancel = useCancelCurve();
  const why = whyNot(useSession(), 'targets.build', useOperation()?.operationId);
  const underWay = work?.state === 'waiting' || work?.state === 'running';
  return (
    <Panel title={t('curve.computed')}>
      <div className={classes.work}>
        {curve && (
          <p>
            <Time at={curve.computedAt} />
          </p>
        )}
        {curve?.stale && <p role="status">{t('curve.stale')}</p>}
        {work && !underWay && (
          <p role="status">
            {work.state === 'failed'
              ? t('curve.failed', { code: work.errorCode ?? '' })
              : t('curve.cancelled')}
          </p>
        )}
        {work && underWay && (
          <>
            <p role="status">
              {t(work.state === 'waiting' ? 'curve.waiting' : 'curve.running')} {Math.floor(100 * work.share)}
              %
            </p>
            <progress max={1} value={work.share} aria-label={t('curve.running')} />
          </>
        )}
        {(compute.error ?? cancel.error) && (
          <Problem error={compute.error ?? cancel.error} title={t('problem.actTitle')} />
        )}
        {underWay ? (
          <Button variant="default" className="no-print" onClick={() => cancel.mutate({ transitDays })}>
            {t('curve.cancel')}
          </Button>
        ) : (
          <ActButton
            className="no-print"
            why={why}
            loading={compute.isPending}
            onClick={() => compute.mutate({ transitDays })}
          >
            {t(curve ? 'curve.again' : 'curve.compute')}
          </ActButton>
        )}
      </div>
    </Panel>
  );
}
