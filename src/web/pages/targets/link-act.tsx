import { Checkbox, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ApiError } from '#web/api/client.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActButton } from '#web/parts/act-button.tsx';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';

export interface LinkActed {
  readonly reason: string;
  readonly packagesSeen: boolean;
}

interface Props {
  /** On the button that unfolds the form. */
  readonly name: string;
  readonly title: string;
  readonly words: string;
  readonly act: string;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  /** Return false when something typed elsewhere in the form is wrong. */
  readonly onAct: (acted: LinkActed, done: () => void) => boolean | void;
  readonly children?: ReactNode;
}

/** Merging, splitting or dismissing: folded until it is wanted, with its reason, and a word on frozen packages where one is due. */
export function LinkAct({ name, change, onAct, children, ...form }: Props) {
  const [open, setOpen] = useState(false);
  const why = whyNot(useSession(), 'targets.merge', useOperation()?.operationId);
  const frozen = change.error instanceof ApiError && change.error.code === 'links/in-frozen-package';
  const fields = useFields({ reason: '', seen: false }, ({ reason, seen }) => ({
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
    seen: frozen && !seen ? t('links.frozenUnseen') : undefined,
  }));
  if (!open)
    return (
      <ActButton variant="default" size="xs" why={why} onClick={() => setOpen(true)}>
        {name}
      </ActButton>
    );
  const submit = () => {
    if (!fields.ready()) return false;
    return onAct({ reason: fields.form.reason.trim(), packagesSeen: fields.form.seen }, () => {
      fields.reset();
      setOpen(false);
    });
  };
  return (
    <ActForm
      title={form.title}
      words={<p>{form.words}</p>}
      act={form.act}
      why={why}
      pending={change.isPending}
      error={change.error}
      onAct={submit}
    >
      {children}
      <Textarea
        label={t('links.reason')}
        description={t('links.reasonHint')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('reason')}
      />
      {(frozen || fields.form.seen) && (
        <Checkbox
          label={t('links.frozenSeen')}
          description={t('links.frozenSeenHint')}
          checked={fields.form.seen}
          error={fields.wrong.seen}
          onChange={(event) => fields.set({ seen: event.currentTarget.checked })}
        />
      )}
    </ActForm>
  );
}
