import { FileInput } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import { size } from '#web/words/format.ts';

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly accept?: string;
  readonly file: File | null;
  readonly error?: string | undefined;
  readonly onChange: (file: File | null) => void;
}

/** The choice of one file, with its size. */
export function FileField({ label, hint, accept, file, error, onChange }: Props) {
  return (
    <FileInput
      label={label}
      description={hint}
      required
      clearable
      placeholder={t('form.chooseFile')}
      value={file}
      error={error}
      onChange={onChange}
      {...(accept && { accept })}
      valueComponent={({ value }) => (value instanceof File ? `${value.name} (${size(value.size)})` : null)}
    />
  );
}
