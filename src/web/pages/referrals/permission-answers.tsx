import type { PermissionView } from '#referrals/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { ConditionsInWords } from '#web/parts/conditions.tsx';
import { Done } from '#web/parts/done.tsx';
import { Panel } from '#web/parts/panel.tsx';
import classes from './permission-answers.module.css';
import { PermissionMark } from './permission-mark.tsx';

/** Every answer, newest first: the last word counts. */
export function PermissionAnswers({ answers }: Pick<PermissionView, 'answers'>) {
  return (
    <Panel title={t('permission.answers')}>
      {answers.length === 0 && <p className="soft">{t('permission.noAnswer')}</p>}
      <ol className={classes.answers}>
        {answers.toReversed().map((answer) => (
          <li key={answer.sequence}>
            <PermissionMark permission={answer} />
            <p>{answer.reason}</p>
            {answer.conditions && (
              <p>
                {t('conditions.title')}: <ConditionsInWords conditions={answer.conditions} />
              </p>
            )}
            <p className="soft">
              <Done at={answer.answeredAt} by={answer.answeredBy} /> · {t(`permission.way.${answer.way}`)}
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
