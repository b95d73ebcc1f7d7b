import { NativeSelect, SegmentedControl } from '@mantine/core';
import { t } from '#web/messages/messages.ts';

interface DirectionKindProps {
  readonly direction: string | undefined;
  readonly kind: string | undefined;
  /** What the list of kinds is called. */
  readonly label: string;
  readonly kinds: readonly { readonly value: string; readonly label: string }[];
  /** Undefined = all. */
  readonly onChange: (name: 'direction' | 'kind', value: string | undefined) => void;
}

/** Sent, received or all, and of which kind. */
export function DirectionKind({ direction = '', kind = '', label, kinds, onChange }: DirectionKindProps) {
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={t('messages.direction')}
        value={direction}
        onChange={(value) => onChange('direction', value || undefined)}
        data={[
          { value: '', label: t('list.all') },
          { value: 'sent', label: t('messages.sent') },
          { value: 'received', label: t('messages.received') },
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={label}
        value={kind}
        onChange={(event) => onChange('kind', event.currentTarget.value || undefined)}
        data={[{ value: '', label: t('messages.anyKind') }, ...kinds]}
      />
    </>
  );
}
