import { Link } from '@tanstack/react-router';
import type { CaseTargetDetail } from '#casework/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Empty } from '#web/parts/empty.tsx';
import { OutcomeMark } from '#web/parts/outcome-mark.tsx';
import { OutcomeWords } from '#web/parts/outcome-words.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import classes from './outcome-history.module.css';

/** Every version of the outcome, newest first; none is ever changed. */
export function OutcomeHistory({ history, reports }: Pick<CaseTargetDetail, 'history' | 'reports'>) {
  const agency = useAgency();
  return (
    <Panel title={t('case.history')}>
      {history.length === 0 && <Empty what={t('case.noHistory')} />}
      <ol className={classes.versions}>
        {history.map((version) => (
          <li key={version.version}>
            <div className={classes.head}>
              <h3>{t('case.version', { version: version.version })}</h3>
              <OutcomeMark outcome={version.outcome} />
            </div>
            <p className="soft">
              <Time at={version.recordedAt} /> · <span className="mono">{version.recordedBy}</span>
            </p>
            <OutcomeWords outcome={version} />
            {version.reason !== null && <p>{version.reason}</p>}
            {version.note !== '' && <p className="soft">{version.note}</p>}
          </li>
        ))}
      </ol>
      {reports.length > 0 && (
        <p>
          {t('case.reports')}:{' '}
          {reports.map(({ reportId, sequence }) => (
            <Link
              key={reportId}
              to="/$agency/reports/$id"
              params={{ agency, id: reportId }}
              className={classes.report ?? ''}
            >
              {t('case.report', { sequence })}
            </Link>
          ))}
        </p>
      )}
    </Panel>
  );
}
