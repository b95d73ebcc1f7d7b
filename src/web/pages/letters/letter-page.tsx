import { Link, useParams } from '@tanstack/react-router';
import type { LetterView } from '#correspondence/schemas.ts';
import { useThread } from '#web/api/letters.ts';
import { useAgency, useOperation, useOperationPath } from '#web/api/operation.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Agencies } from '#web/parts/agencies.tsx';
import { Agency } from '#web/parts/agency.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { ConditionsInWords } from '#web/parts/conditions.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { EvaluationInWords } from '#web/parts/evaluation.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { HandlingInWords } from '#web/parts/handling.tsx';
import { HoldNotice } from '#web/parts/hold-notice.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { RecallNotice } from '#web/parts/recall-notice.tsx';
import { Size } from '#web/parts/size.tsx';
import { Time } from '#web/parts/time.tsx';
import { Until } from '#web/parts/until.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { localTime, shortId } from '#web/words/format.ts';
import { AnswerForm } from './answer-form.tsx';
import { EraseForm } from './erase-form.tsx';
import { ForwardForm } from './forward-form.tsx';
import classes from './letter.module.css';
import { OwedMark } from './owed-mark.tsx';
import { RecallForm } from './recall-form.tsx';

/** One letter in its thread, and what can be done about it. */
export function LetterPage() {
  const { id } = useParams({ from: '/$agency/letters/$id' });
  const thread = useThread(id);
  useSubject('message', id);
  return (
    <Loaded query={thread}>
      {({ letters }) => {
        const letter = letters.find(({ messageId }) => messageId === id);
        return letter ? <Shown letter={letter} thread={letters} /> : <Empty what={t('letter.notHere')} />;
      }}
    </Loaded>
  );
}

function Shown({ letter, thread }: { letter: LetterView; thread: readonly LetterView[] }) {
  const { kind, subject, writtenAt } = letter;
  return (
    <>
      <PageHead
        title={subject === '' ? t('letters.isErased') : subject}
        lead={
          <>
            {t(`letters.kind.${kind}`)} · <Time at={writtenAt} />
          </>
        }
      />
      <HoldNotice kind="message" id={letter.messageId} />
      <Columns wide side={<Acts letter={letter} />}>
        {thread.map((one) => (
          <OneLetter key={one.messageId} letter={one} />
        ))}
      </Columns>
    </>
  );
}

function OneLetter({ letter }: { letter: LetterView }) {
  const operation = useOperation();
  const { kind, from, messageId, recall, erasedAt, forwarded, permission, granted, owed } = letter;
  const title = `${t(`letters.kind.${kind}`)}: ${agencyName(operation, from)}`;
  return (
    <Panel title={title} aside={<span className="soft mono">{shortId(messageId)}</span>}>
      <div className={classes.stack}>
        {recall && <RecallNotice recall={recall} letter />}
        {erasedAt !== null && <p>{t('letter.erased', { at: localTime(erasedAt, true) })}</p>}
        {permission?.act && (
          <p>
            {t('pap.askedWords', { id: shortId(permission.messageId), act: t(`pap.act.${permission.act}`) })}
          </p>
        )}
        {permission && !permission.act && (
          <p>
            {t('letter.leaveAsked', {
              id: shortId(permission.messageId),
              agency: agencyName(operation, permission.recipient),
              codes: permission.codes.join(', '),
            })}
          </p>
        )}
        {granted !== null && <strong>{t(granted ? 'letter.granted' : 'letter.denied')}</strong>}
        {letter.conditions && (
          <p>
            {t('conditions.title')}: <ConditionsInWords conditions={letter.conditions} />
          </p>
        )}
        {letter.nothingKnown && <p>{t('letter.nothingKnown')}</p>}
        {letter.text !== '' && <p className={classes.text}>{letter.text}</p>}
        {forwarded && (
          <blockquote className={classes.passedOn}>
            <p>
              {t('letter.passedOn', { agency: agencyName(operation, forwarded.origins[0]?.from ?? '') })} ·{' '}
              <strong>{forwarded.subject}</strong> · <Time at={forwarded.writtenAt} />
            </p>
            <p className={classes.text}>{forwarded.text}</p>
          </blockquote>
        )}
        <Attached letter={letter} />
        {owed.length > 0 && (
          <div className={classes.marks}>
            {owed.map((one) => (
              <OwedMark key={one.agency} owed={one} named />
            ))}
          </div>
        )}
        <About letter={letter} />
      </div>
    </Panel>
  );
}

function About({ letter }: { letter: LetterView }) {
  const { from, to, handling, evaluation, deadline, writtenAt, writtenBy } = letter;
  return (
    <Facts
      columns={2}
      facts={[
        { name: t('column.from'), value: <Agency id={from} /> },
        { name: t('column.to'), value: <Agencies ids={to} /> },
        { name: t('letters.written'), value: <Done at={writtenAt} by={writtenBy} /> },
        deadline && {
          name: t('letter.due'),
          value: (
            <>
              <Time at={deadline.dueAt} /> (<Until at={deadline.dueAt} />)
            </>
          ),
        },
        { name: t('pap.title'), value: t(`pap.${letter.pap}`) },
        { name: t('letter.handling'), value: <HandlingInWords handling={handling} /> },
        evaluation && {
          name: t('letter.evaluated'),
          value: <EvaluationInWords evaluation={evaluation} />,
        },
      ]}
    />
  );
}

function Attached({ letter: { messageId, attachments, direction } }: { letter: LetterView }) {
  const { path } = useOperationPath();
  if (attachments.length === 0) return null;
  return (
    <div>
      <h3>{t('letter.attached')}</h3>
      <ul className={classes.files}>
        {attachments.map(({ name, sizeBytes, sha512, disguise }) => (
          <li key={name}>
            <span>{name}</span>
            <Size bytes={sizeBytes} />
            <Digest value={sha512} />
            {disguise !== undefined && <strong>{t('letter.disguised', { what: disguise })}</strong>}
            {direction === 'received' ? (
              <a
                href={path(`/letters/${messageId}/attachments/${encodeURIComponent(name)}`)}
                download={name}
                aria-label={t('letter.saveFile', { name })}
              >
                {t('letter.save')}
              </a>
            ) : (
              <span className="soft">{t('letter.notKept')}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Acts({ letter }: { letter: LetterView }) {
  const agency = useAgency();
  if (letter.erasedAt !== null) return null;
  const { messageId, direction, kind, recall } = letter;
  const link = (search: { reply?: string; replace?: string }, words: string) => (
    <Link to="/$agency/letters/write" params={{ agency }} search={search}>
      {words}
    </Link>
  );
  if (direction === 'received')
    return (
      <>
        {kind === 'query' && <AnswerForm query={letter} />}
        {link({ reply: messageId }, t('letter.reply'))}
        {recall === null && <ForwardForm letter={letter} />}
      </>
    );
  return (
    <>
      {link({ reply: messageId }, t('letter.reply'))}
      {kind !== 'answer' && !recall?.replacedBy && link({ replace: messageId }, t('letter.replace'))}
      {recall === null && <RecallForm messageId={messageId} />}
      <EraseForm messageId={messageId} />
    </>
  );
}
