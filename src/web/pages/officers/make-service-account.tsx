import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { OfficerList } from '#access/officer-schemas.ts';
import type { NewAccountBody } from '#access/service-account/schemas.ts';
import { useMakeServiceAccount } from '#web/api/service-accounts.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';

interface Props {
  readonly known: OfficerList;
  /** What an account can be made for. */
  readonly actions: readonly string[];
}

export function MakeServiceAccount({ known, actions }: Props) {
  const make = useMakeServiceAccount();
  const [may, setMay] = useState<string[]>([]);
  const [on, setOn] = useState<string[]>([]);
  const required = (text: string) => (text.trim() === '' ? t('form.required') : undefined);
  const fields = useFields({ name: '', ownerId: '', purpose: '', until: '' }, (form) => ({
    name: required(form.name),
    ownerId: required(form.ownerId),
    purpose: form.purpose.trim().length < 10 ? t('service.purposeShort') : undefined,
    until: required(form.until),
  }));
  const { name, ownerId, purpose, until } = fields.form;
  const act = () =>
    fields.ready() &&
    make.mutate(
      {
        name: name.trim(),
        ownerId,
        purpose: purpose.trim(),
        // What the node offered, as it named it.
        actions: may as NewAccountBody['actions'],
        operations: on,
        expiresAt: `${until}T00:00:00.000Z`,
      },
      { onSuccess: () => fields.reset() },
    );
  return (
    <ActForm
      title={t('service.make')}
      words={<p>{t('service.makeWords')}</p>}
      act={t('service.makeAct')}
      pending={make.isPending}
      error={make.error}
      done={make.isSuccess ? t('service.made') : undefined}
      onAct={act}
    >
      <TextInput label={t('officers.name')} required maxLength={60} {...fields.text('name')} />
      <NativeSelect
        label={t('service.owner')}
        description={t('service.ownerHint')}
        required
        data={[
          { value: '', label: '' },
          ...known.officers.map((one) => ({ value: one.officerId, label: one.name })),
        ]}
        {...fields.text('ownerId')}
      />
      <Textarea
        label={t('service.purpose')}
        description={t('service.purposeHint')}
        required
        autosize
        maxLength={500}
        {...fields.text('purpose')}
      />
      <FieldGroup legend={t('service.actions')}>
        {actions.map((action) => (
          <Checkbox
            key={action}
            label={action}
            checked={may.includes(action)}
            onChange={() => setMay(toggled(may, action))}
          />
        ))}
      </FieldGroup>
      <FieldGroup legend={t('officer.operation')}>
        {known.operations.map(({ operationId, codeName }) => (
          <Checkbox
            key={operationId}
            label={codeName}
            checked={on.includes(operationId)}
            onChange={() => setOn(toggled(on, operationId))}
          />
        ))}
      </FieldGroup>
      <TextInput label={t('service.until')} type="date" required {...fields.text('until')} />
    </ActForm>
  );
}

function toggled(chosen: readonly string[], one: string): string[] {
  return chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];
}
