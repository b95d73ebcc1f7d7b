import { Button } from '@mantine/core';
import type { DecisionRow } from '#crossmatch/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Done } from '#web/parts/done.tsx';
import classes from './decided-meanwhile.module.css';

/** Another officer decided while this page was open: says what and why; what was typed stays. */
export function DecidedMeanwhile({ current, onRead }: { current: DecisionRow; onRead: () => void }) {
  return (
    <div role="status" className={classes.meanwhile}>
      <p>
        <strong>{t('decide.meanwhile', { decision: t(`hit.${current.decision}`) })}</strong> {current.reason}
      </p>
      <p className="soft">
        <Done at={current.decidedAt} by={current.decidedBy} />
      </p>
      <Button variant="default" size="xs" onClick={onRead}>
        {t('decide.stillHolds')}
      </Button>
    </div>
  );
}
