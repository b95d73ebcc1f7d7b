import { NativeSelect } from '@mantine/core';
import { PAP_LEVELS, type PapLevel } from '#core/pap.ts';
import { t } from '#web/messages/messages.ts';

/** The choice of what may be done with what is sent. */
export function PapSelect({ value, onChange }: { value: PapLevel; onChange: (level: PapLevel) => void }) {
  return (
    <NativeSelect
      label={t('pap.title')}
      description={t('pap.hint')}
      value={value}
      onChange={(event) => {
        const level = PAP_LEVELS.find((one) => one === event.currentTarget.value);
        if (level) onChange(level);
      }}
      data={PAP_LEVELS.map((level) => ({ value: level, label: t(`pap.${level}`) }))}
    />
  );
}
