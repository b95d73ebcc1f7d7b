import type { PackageReceipt } from '#packages/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { DELIVERY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './receipts.module.css';

/** Each recipient, and whether its signed receipt is in. */
export function Receipts({ receipts }: { receipts: readonly PackageReceipt[] }) {
  return (
    <Panel title={t('package.receipts')}>
      {receipts.length === 0 && <p className="soft">{t('package.noReceipts')}</p>}
      <ul className={classes.receipts}>
        {receipts.map(({ recipient, state, code, acknowledgedAt }) => (
          <li key={recipient}>
            <strong>
              <Agency id={recipient} />
            </strong>
            <StateMark look={DELIVERY_LOOK[state]} word={t(`delivery.${state}`)} />
            <span className="soft">
              {acknowledgedAt !== null && <Time at={acknowledgedAt} />}
              {code !== null && <span className="mono">{code}</span>}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
