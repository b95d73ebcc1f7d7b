import { useState } from 'react';
import type { UploadRow } from '#observations/import/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FileField } from '#web/parts/file-field.tsx';

interface Props {
  /** The upload that waits for the rest of its file. */
  readonly again?: UploadRow;
  readonly pending: boolean;
  readonly error: unknown;
  readonly onChoose: (file: File) => void;
}

/** The choice of a log; `again`: of the same one, after the page was closed before it had all come. */
export function ChooseLog({ again, pending, error, onChoose }: Props) {
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(false);
  const why = whyNot(useSession(), 'observations.import', useOperation()?.operationId);
  const other = again && file && (file.size !== again.fileBytes || file.name !== again.fileName);
  const wrong = !file
    ? t('form.fileMissing')
    : other
      ? t('import.otherFile', { name: again.fileName })
      : undefined;
  return (
    <ActForm
      title={t(again ? 'import.again' : 'import.choose')}
      words={<p>{again ? t('import.againWords', { name: again.fileName }) : t('import.chooseWords')}</p>}
      act={t(again ? 'import.goOn' : 'import.send')}
      why={why}
      pending={pending}
      error={error}
      onAct={() => {
        setAsked(true);
        if (!file || wrong !== undefined) return false;
        return onChoose(file);
      }}
    >
      <FileField
        label={t('import.file')}
        hint={t('import.fileHint')}
        file={file}
        error={asked ? wrong : undefined}
        onChange={setFile}
      />
    </ActForm>
  );
}
