import { useOperationPath } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';

/** The sealed file itself, to carry it by hand. Saving it is recorded. */
export function MessageFile({ messageId }: { messageId: string }) {
  const { path } = useOperationPath();
  return (
    <a
      href={path(`/messages/${messageId}/file`)}
      download={`${messageId}.icarus`}
      aria-label={t('messages.fileOf', { id: messageId })}
    >
      {t('messages.file')}
    </a>
  );
}
