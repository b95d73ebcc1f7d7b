import type { MessageDetail } from '#exchange/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { DELIVERY_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './statements.module.css';

/** What was signed about a message: each with its own message, which can be checked without this node. */
export function Statements({ statements }: { statements: MessageDetail['statements'] }) {
  return (
    <Panel
      title={t('message.statements')}
      aside={<span className="soft">{t('message.statementsLead')}</span>}
    >
      {statements.length === 0 && <p className="soft">{t('message.noStatement')}</p>}
      <ul className={classes.statements}>
        {statements.map((one) => (
          <li key={one.receiptId}>
            <strong>
              <Agency id={one.recipient} />
            </strong>
            <span>
              <StateMark look={DELIVERY_LOOK[one.status]} word={t(`message.statement.${one.status}`)} />
              {one.officer !== null && <span> · {one.officer}</span>}
              {one.givenBy !== one.recipient && (
                <span className="soft">
                  {' · '}
                  {t('message.statementBy')} <Agency id={one.givenBy} />
                </span>
              )}
              {one.sentence !== null && <span className={classes.sentence}>{one.sentence}</span>}
            </span>
            <span className="soft">
              {t('message.stated')} <Time at={one.statedAt} /> · {t('message.came')} <Time at={one.cameAt} />
              {one.logLeaf !== null && (
                <>
                  {' · '}
                  {t('message.leaf')} <Digest value={one.logLeaf} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
