import { CopyButton, UnstyledButton } from '@mantine/core';
import { t } from '#web/messages/messages.ts';
import { shortDigest } from '#web/words/format.ts';

/** A digest short enough to read; a click copies the whole. */
export function Digest({ value, whole = false }: { value: string; whole?: boolean }) {
  return (
    <CopyButton value={value} timeout={1500}>
      {({ copied, copy }) => (
        <UnstyledButton
          className="mono"
          onClick={copy}
          title={value}
          aria-label={t('digest.copy', { value: whole ? value : shortDigest(value) })}
          style={{ overflowWrap: 'anywhere', fontSize: '0.93em' }}
        >
          {copied ? t('digest.copied') : whole ? value : shortDigest(value)}
        </UnstyledButton>
      )}
    </CopyButton>
  );
}
