import { Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { t } from '#web/messages/messages.ts';
import { ActButton } from './act-button.tsx';
import { ActForm } from './act-form.tsx';
import { useFields } from './use-fields.ts';

interface Props {
  readonly title: string;
  readonly words?: ReactNode;
  readonly act: string;
  readonly label: string;
  readonly hint?: string;
  readonly why?: string | undefined;
  readonly grave?: boolean;
  /** A rare act: only its name stands on the page until it is wanted. */
  readonly folded?: boolean;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onAct: (reason: string, done: () => void) => void;
}

/** An act that needs its reason, asked for once. */
export function ReasonForm({ label, hint, change, onAct, folded = false, ...rest }: Props) {
  const [open, setOpen] = useState(!folded);
  const fields = useFields({ reason: '' }, ({ reason }) => ({
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
  }));
  if (!open)
    return (
      <div className="no-print">
        <ActButton
          variant={rest.grave ? 'outline' : 'default'}
          why={rest.why}
          onClick={() => setOpen(true)}
          {...(rest.grave && { color: 'red' })}
        >
          {rest.title}
        </ActButton>
      </div>
    );
  return (
    <ActForm
      {...rest}
      pending={change.isPending}
      error={change.error}
      onAct={() => fields.ready() && onAct(fields.form.reason.trim(), () => fields.reset())}
    >
      <Textarea
        label={label}
        description={hint}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
