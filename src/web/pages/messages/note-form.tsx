import type { MessageView } from '#exchange/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { useTakeNote } from '#web/api/tracking.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';

/** An officer takes note of a message, under his name. */
export function NoteForm({ message }: { message: MessageView }) {
  const note = useTakeNote(message.messageId);
  const denied = whyNot(useSession(), 'exchange.receive', useOperation()?.operationId);
  const why =
    message.notedAt !== null
      ? t('message.noteAlready')
      : message.state === 'opened'
        ? denied
        : t('message.noteNotOpened');
  return (
    <ActForm
      title={t('message.note')}
      words={
        <>
          {message.noteWanted && <p>{t('message.noteWanted')}</p>}
          <p>{t('message.noteWords')}</p>
        </>
      }
      act={t('message.note')}
      why={why}
      pending={note.isPending}
      error={note.error}
      done={note.isSuccess ? t('message.noted') : undefined}
      onAct={() => note.mutate()}
    />
  );
}
