import type { FileRow } from '#evidence/schemas.ts';
import { t } from '#web/messages/messages.ts';
import { VERDICT_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './files-page.module.css';

/** What the lists say of a file and by which hashes, or why it was not examined. */
export function FileVerdict({ file: { reason, detail, verdict, matches } }: { file: FileRow }) {
  if (reason !== null)
    return (
      <div className={classes.reasons}>
        <StateMark look={VERDICT_LOOK['not-examined']} word={t('verdict.not-examined')} />
        <span className="soft" title={detail ?? undefined}>
          {t(`unexamined.${reason}`)}
        </span>
      </div>
    );
  if (verdict === null) return <span className="soft">{t('verdict.notMatched')}</span>;
  return (
    <div className={classes.reasons}>
      <StateMark look={VERDICT_LOOK[verdict]} word={t(`verdict.${verdict}`)} />
      {matches.map(({ listId, listName, category, algorithms }) => (
        <span key={`${listId} ${category}`} className="soft">
          {category === '' ? listName : t('summary.category', { list: listName, category })} (
          {algorithms.join(', ')})
        </span>
      ))}
    </div>
  );
}
