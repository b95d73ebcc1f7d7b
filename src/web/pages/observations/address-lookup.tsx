import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { type AddressQuestion, useAddressExplanation } from '#web/api/attribution.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { AddressAnswer } from './address-answer.tsx';

/** Where an address was when it was seen, and why: every source's answer. */
export function AddressLookup() {
  const [question, setQuestion] = useState<AddressQuestion>();
  const explanation = useAddressExplanation(question);
  const fields = useFields({ address: '', at: '' }, ({ address, at }) => ({
    address: address.trim() === '' ? t('lookup.addressMissing') : undefined,
    at: Number.isNaN(Date.parse(`${at}Z`)) ? t('lookup.atMissing') : undefined,
  }));
  const submit = () => {
    if (!fields.ready()) return false;
    const { address, at } = fields.form;
    return setQuestion({ address: address.trim(), at: new Date(`${at}Z`).toISOString() });
  };
  return (
    <>
      <ActForm
        title={t('lookup.title')}
        words={<p>{t('lookup.words')}</p>}
        act={t('lookup.act')}
        pending={explanation.isFetching}
        error={explanation.error}
        onAct={submit}
      >
        <TextInput label={t('lookup.address')} required autoComplete="off" {...fields.text('address')} />
        <TextInput label={t('lookup.at')} required type="datetime-local" step={1} {...fields.text('at')} />
      </ActForm>
      {explanation.data && <AddressAnswer explanation={explanation.data} />}
    </>
  );
}
