import type { ReportPreview } from '#casework/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { CaseLink } from '#web/parts/case-link.tsx';
import { OutcomeMark } from '#web/parts/outcome-mark.tsx';
import { OutcomeWords } from '#web/parts/outcome-words.tsx';
import { PersonWords } from '#web/parts/person-words.tsx';
import classes from './changed-targets.module.css';

/** Targets that the next report states otherwise than the standing one. */
export function ChangedTargets({ changed }: { changed: ReportPreview['changed'] }) {
  if (changed.length === 0) return <p>{t('report.noChange')}</p>;
  return (
    <table className={classes.changed}>
      <thead>
        <tr>
          <th scope="col">{t('column.target')}</th>
          <th scope="col">{t('report.before')}</th>
          <th scope="col">{t('report.after')}</th>
        </tr>
      </thead>
      <tbody>
        {changed.map(({ targetId, before, after, personBefore, personAfter, takesBack }) => (
          <tr key={targetId}>
            <td>
              <CaseLink targetId={targetId} />
              {takesBack && <div className={classes.back}>{t('report.takesBack')}</div>}
            </td>
            <td>
              {before ? (
                <>
                  <OutcomeMark outcome={before.outcome} />
                  <OutcomeWords outcome={before} />
                  {personBefore && <PersonWords person={personBefore} />}
                </>
              ) : (
                t('format.none')
              )}
            </td>
            <td>
              <OutcomeMark outcome={after.outcome} />
              <OutcomeWords outcome={after} />
              {personAfter && <PersonWords person={personAfter} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
