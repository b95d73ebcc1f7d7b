import { Link } from '@tanstack/react-router';
import type { RecallView } from '#exchange/recall/view.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { localTime } from '#web/words/format.ts';
import classes from './recall-notice.module.css';

const LOOK = { shape: 'cross', tone: 'bad' } as const;

/** In a list: it does not hold any more. */
export function RecallMark({ recall }: { recall: RecallView }) {
  const at = localTime(recall.at, true);
  const word = recall.replacedBy ? t('recall.replaced', { at }) : t('recall.done');
  return <StateMark look={LOOK} word={word} />;
}

/** What whoever opens a message must know first. `letter`: it is one, and so is what takes its place. */
export function RecallNotice({ recall, letter = false }: { recall: RecallView; letter?: boolean }) {
  const agency = useAgency();
  const operation = useOperation();
  const at = localTime(recall.at, true);
  const because = t(`recall.reason.${recall.reasonCode}`);
  return (
    <div role="alert" className={classes.notice}>
      {recall.replacedBy ? (
        <>
          <strong>{t('recall.replaced', { at })}</strong>
          <span>{because}</span>
          <Link
            to={letter ? '/$agency/letters/$id' : '/$agency/messages/$id'}
            params={{ agency, id: recall.replacedBy }}
          >
            {t('recall.openNew', { version: recall.version ?? 0 })}
          </Link>
        </>
      ) : (
        <>
          <strong>
            {t('recall.recalled', { agency: agencyName(operation, recall.by), at, reason: because })}
          </strong>
          <span>{recall.reason}</span>
        </>
      )}
    </div>
  );
}
