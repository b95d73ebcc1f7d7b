import { Button } from '@mantine/core';
import { usePressNotePath } from '#web/api/results.ts';
import { t } from '#web/messages/messages.ts';

/** The press note as files, for Word and for print. */
export function Downloads({ setId }: { setId: string }) {
  const path = usePressNotePath(setId);
  return (['docx', 'pdf'] as const).map((form) => (
    <Button key={form} component="a" href={path(form)} download variant="default">
      {t('note.download', { form: form.toUpperCase() })}
    </Button>
  ));
}
