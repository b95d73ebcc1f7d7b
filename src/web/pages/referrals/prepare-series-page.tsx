import { NativeSelect, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { HandlingCode } from '#core/handling.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { usePlace } from '#web/api/place.ts';
import { usePrepareSeries } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { FileField } from '#web/parts/file-field.tsx';
import { HandlingFields } from '#web/parts/handling-fields.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';

/** The header that the list of files needs (referrals, item-file). */
const HEADER = 'md5,sha1,sha256,media_type,category,victim_identified,offender_identified,distributed';

/** A series of file hashes from a case, prepared for a second officer to approve. No file leaves, only hashes. */
export function PrepareSeriesPage() {
  const operation = useOperation();
  const agency = useAgency();
  const navigate = useNavigate();
  const { coordinator } = usePlace();
  const prepare = usePrepareSeries();
  const [file, setFile] = useState<File | null>(null);
  const [codes, setCodes] = useState<readonly HandlingCode[]>(operation?.handling.codes ?? []);
  const why = whyNot(useSession(), 'referrals.prepare', operation?.operationId);
  const fields = useFields(
    { name: '', caseReference: '', onBehalfOf: '', text: operation?.handling.text ?? '', file: '' },
    ({ name, caseReference, text }) => ({
      name: name.trim() === '' ? t('form.required') : undefined,
      caseReference: caseReference.trim() === '' ? t('form.required') : undefined,
      text: codes.includes('H3') && text.trim() === '' ? t('handling.textMissing') : undefined,
      file: file ? undefined : t('form.fileMissing'),
    }),
  );
  const { form, wrong } = fields;
  const submit = () => {
    if (!fields.ready() || !file) return false;
    return prepare.mutate(
      {
        file,
        name: form.name.trim(),
        caseReference: form.caseReference.trim(),
        ...(form.onBehalfOf && { onBehalfOf: form.onBehalfOf }),
        handling: [...codes],
        ...(codes.includes('H3') && { handlingText: form.text.trim() }),
      },
      {
        onSuccess: ({ seriesId }) =>
          void navigate({ to: '/$agency/referrals/icse/$id', params: { agency, id: seriesId } }),
      },
    );
  };
  return (
    <>
      <PageHead title={t('icse.prepare')} />
      <ActForm
        title={t('icse.what')}
        words={<p>{t('icse.prepareWords')}</p>}
        act={t('icse.prepareAct')}
        why={why}
        pending={prepare.isPending}
        error={prepare.error}
        onAct={submit}
      >
        <FileField
          label={t('icse.file')}
          hint={t('icse.fileHint', { header: HEADER })}
          accept=".csv,text/csv"
          file={file}
          error={wrong.file}
          onChange={setFile}
        />
        <FieldGroup pairs>
          <TextInput label={t('icse.name')} required maxLength={200} {...fields.text('name')} />
          <TextInput label={t('icse.case')} required maxLength={200} {...fields.text('caseReference')} />
        </FieldGroup>
        {coordinator && (
          <NativeSelect
            label={t('icse.onBehalfOf')}
            data={[
              { value: '', label: t('icse.ownMaterial') },
              ...(operation?.participants ?? []).map(({ agencyId }) => ({
                value: agencyId,
                label: agencyName(operation, agencyId),
              })),
            ]}
            {...fields.text('onBehalfOf')}
          />
        )}
        <HandlingFields
          codes={codes}
          text={form.text}
          wrong={wrong.text}
          onChange={(change) => {
            if (change.codes) setCodes(change.codes);
            if (change.text !== undefined) fields.set({ text: change.text });
          }}
        />
      </ActForm>
    </>
  );
}
