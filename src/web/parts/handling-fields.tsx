import { Checkbox, TextInput } from '@mantine/core';
import { HANDLING_CODES, type HandlingCode } from '#core/handling.ts';
import { t } from '#web/messages/messages.ts';
import { FieldGroup } from './field-group.tsx';

interface Props {
  readonly codes: readonly HandlingCode[];
  readonly text: string;
  readonly wrong?: string | undefined;
  readonly onChange: (change: { codes?: readonly HandlingCode[]; text?: string }) => void;
}

/** The choice of handling codes; H3 asks for its restriction. */
export function HandlingFields({ codes, text, wrong, onChange }: Props) {
  return (
    <FieldGroup legend={t('handling.title')}>
      {HANDLING_CODES.map((code) => (
        <Checkbox
          key={code}
          label={code === 'H3' ? t('handling.H3') : t(`code.${code}`)}
          checked={codes.includes(code)}
          onChange={(event) =>
            onChange({
              codes: event.currentTarget.checked ? [...codes, code] : codes.filter((other) => other !== code),
            })
          }
        />
      ))}
      {codes.includes('H3') && (
        <TextInput
          label={t('handling.text')}
          required
          maxLength={2000}
          value={text}
          error={wrong}
          onChange={(event) => onChange({ text: event.currentTarget.value })}
        />
      )}
    </FieldGroup>
  );
}
