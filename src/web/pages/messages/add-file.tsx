import { Button, FileButton } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ArrivalView } from '#exchange/schemas.ts';
import { upload } from '#web/api/client.ts';
import { useAgency } from '#web/api/operation.ts';
import { t } from '#web/messages/messages.ts';
import { Problem } from '#web/parts/problem.tsx';
import { shortId } from '#web/words/format.ts';

/** A sealed file from a stick: the same checks as by network. */
export function AddFile() {
  const agency = useAgency();
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: (file: File) => upload<ArrivalView>(`/nodes/${agency}/api/inbox`, file),
    onSuccess: () => client.invalidateQueries({ queryKey: [agency, 'messages'] }),
  });
  return (
    <>
      {add.isError && <Problem error={add.error} title={t('problem.actTitle')} />}
      {add.isSuccess && (
        <p role="status">
          {t(add.data.known ? 'messages.addedKnown' : 'messages.added', { id: shortId(add.data.messageId) })}
        </p>
      )}
      <FileButton onChange={(file) => file && add.mutate(file)} accept=".icarus">
        {(props) => (
          <Button {...props} variant="default" loading={add.isPending}>
            {t('messages.addFile')}
          </Button>
        )}
      </FileButton>
    </>
  );
}
