import { Textarea } from '@mantine/core';
import { useState } from 'react';
import type { MeetingView } from '#operations/meeting-schemas.ts';
import { useSetAgenda } from '#web/api/meetings.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { linesOf } from '#web/words/lines.ts';
import classes from './agenda.module.css';

/** The agenda, and its change until the minutes are approved. */
export function Agenda({ meeting }: { meeting: MeetingView }) {
  const [editing, setEditing] = useState(false);
  const why =
    whyNot(useSession(), 'meeting.manage', useOperation()?.operationId) ??
    (meeting.state === 'minutes-approved' ? t('meeting.isApproved') : undefined);
  if (editing) return <AgendaForm meeting={meeting} onDone={() => setEditing(false)} />;
  return (
    <Panel
      title={t('meeting.agenda')}
      aside={
        <span className="no-print">
          <ActButton size="compact-xs" variant="default" why={why} onClick={() => setEditing(true)}>
            {t('meeting.editAgenda')}
          </ActButton>
        </span>
      }
    >
      {meeting.agenda.length === 0 ? (
        <p className="soft">{t('meeting.agendaEmpty')}</p>
      ) : (
        <ol className={classes.agenda}>
          {meeting.agenda.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function AgendaForm({ meeting, onDone }: { meeting: MeetingView; onDone: () => void }) {
  const [text, setText] = useState(meeting.agenda.join('\n'));
  const save = useSetAgenda(meeting.meetingId);
  return (
    <ActForm
      title={t('meeting.agenda')}
      act={t('meeting.agendaSave')}
      pending={save.isPending}
      error={save.error}
      onAct={() => save.mutate({ agenda: linesOf(text) }, { onSuccess: onDone })}
    >
      <Textarea
        aria-label={t('meeting.agenda')}
        description={t('meeting.agendaHint')}
        autosize
        minRows={4}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </ActForm>
  );
}
