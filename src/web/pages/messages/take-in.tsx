import { Button, FileButton, Progress, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { type TakenFile, useTakeIn } from '#web/api/take-in.ts';
import { t } from '#web/messages/messages.ts';
import { Panel } from '#web/parts/panel.tsx';
import { Size } from '#web/parts/size.tsx';
import { StateMark } from '#web/state/state-mark.tsx';
import { percent } from '#web/words/format.ts';
import classes from './take-in.module.css';

/** Several files at once; each is told how it ended, in words. */
export function TakeIn() {
  const { files, busy, take } = useTakeIn();
  const why = whyNot(useSession(), 'exchange.receive', useOperation()?.operationId);
  return (
    <Panel title={t('byFile.take')}>
      <p>{t('byFile.takeWords')}</p>
      <p className="no-print">
        <FileButton multiple accept=".icarus,.tar" onChange={take} disabled={why !== undefined}>
          {(props) => (
            <Tooltip label={why} disabled={!why}>
              <Button {...props} loading={busy}>
                {t('byFile.choose')}
              </Button>
            </Tooltip>
          )}
        </FileButton>
      </p>
      {why && <p className="soft">{why}</p>}
      {files.length > 0 && <Taken files={files} />}
    </Panel>
  );
}

function Taken({ files }: { files: readonly TakenFile[] }) {
  return (
    <ul className={classes.files} aria-label={t('byFile.taken')} aria-live="polite">
      {files.map((file, index) => (
        // Names may repeat; a file's place in the list does not change.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={index}>
          <span className={classes.name}>
            {file.name}{' '}
            <span className="soft">
              <Size bytes={file.sizeBytes} />
            </span>
          </span>
          <Result file={file} />
        </li>
      ))}
    </ul>
  );
}

function Result({ file: { name, state } }: { file: TakenFile }) {
  const agency = useAgency();
  switch (state.is) {
    case 'waiting':
      return <StateMark look={{ shape: 'ring', tone: 'idle' }} word={t('byFile.waiting')} />;
    case 'sending':
      return (
        <span className={classes.sending}>
          <Progress value={state.part * 100} aria-label={name} />
          <span className="soft">{t('byFile.sending', { part: percent(state.part) })}</span>
        </span>
      );
    case 'added':
    case 'known':
      return (
        <span>
          <StateMark
            look={state.is === 'added' ? { shape: 'tick', tone: 'good' } : { shape: 'disc', tone: 'idle' }}
            word={t(`byFile.${state.is}`)}
          />{' '}
          <Link
            to="/$agency/messages/$id"
            params={{ agency, id: state.messageId }}
            search={{ direction: 'received' }}
          >
            {t('byFile.message')}
          </Link>
        </span>
      );
    case 'refused':
      return <StateMark look={{ shape: 'cross', tone: 'bad' }} word={state.sentence} />;
    case 'not-one':
      return <StateMark look={{ shape: 'cross', tone: 'bad' }} word={t('byFile.notOne')} />;
    case 'damaged':
      return <StateMark look={{ shape: 'cross', tone: 'bad' }} word={t('byFile.damaged')} />;
  }
}
