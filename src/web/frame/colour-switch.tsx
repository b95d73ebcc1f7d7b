import { UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { t } from '#web/messages/messages.ts';

/** Light or dark; begins as the reader's system is set. */
export function ColourSwitch({ className }: { className: string }) {
  const { setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme('light');
  const other = shown === 'dark' ? 'light' : 'dark';
  const word = t(`frame.${other}`);
  return (
    <UnstyledButton
      className={className}
      onClick={() => setColorScheme(other)}
      aria-label={t('frame.colours', { scheme: word.toLocaleLowerCase() })}
    >
      {word}
    </UnstyledButton>
  );
}
