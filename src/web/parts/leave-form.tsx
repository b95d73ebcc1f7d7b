import { NativeSelect, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from './act-form.tsx';
import { useFields } from './use-fields.ts';

const RULES = ['urgent-direct', 'urgent-indirect', 'ordinary'] as const;

/** Why leave is asked, and until when an answer is owed. */
export interface Leave {
  readonly purpose: string;
  readonly deadline: (typeof RULES)[number];
}

interface LeaveFormProps {
  /** Says whom it asks; its button says the same. */
  readonly title: string;
  readonly words: ReactNode;
  /** What is said once it was asked. */
  readonly asked: string;
  readonly asking: { readonly isPending: boolean; readonly isSuccess: boolean; readonly error: Error | null };
  readonly onAsk: (leave: Leave) => void;
  /** Fields before the purpose. */
  readonly children?: ReactNode;
}

/** Asks the provider of what came for leave to do what its codes or its level forbid. */
export function LeaveForm({ title, words, asked, asking, onAsk, children }: LeaveFormProps) {
  const operation = useOperation();
  const fields = useFields({ purpose: '', deadline: 'ordinary' }, ({ purpose }) => ({
    purpose: purpose.trim() === '' ? t('form.required') : undefined,
  }));
  return (
    <ActForm
      title={title}
      words={words}
      act={title}
      why={whyNot(useSession(), 'letters.send', operation?.operationId)}
      pending={asking.isPending}
      error={asking.error}
      done={asking.isSuccess ? asked : undefined}
      onAct={() =>
        fields.ready() &&
        onAsk({
          purpose: fields.form.purpose.trim(),
          deadline: RULES.find((rule) => rule === fields.form.deadline) ?? 'ordinary',
        })
      }
    >
      {children}
      <Textarea
        label={t('letter.purpose')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('purpose')}
      />
      <NativeSelect
        label={t('letter.deadline')}
        {...fields.text('deadline')}
        data={RULES.map((value) => ({ value, label: t(`rule.${value}`) }))}
      />
    </ActForm>
  );
}
