import { NativeSelect, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { type HandlingCode, INFORMATION_GRADES, SOURCE_GRADES } from '#core/handling.ts';
import { useMappings, useUploadHoldings } from '#web/api/hits.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { FileField } from '#web/parts/file-field.tsx';
import { HandlingFields } from '#web/parts/handling-fields.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Receipt } from '#web/parts/receipt.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { count } from '#web/words/format.ts';
import { CATEGORIES } from '#web/words/hits.ts';
import { MappingForm } from './mapping-form.tsx';

/** An import of holdings: the file, how its columns are read, and what is stated of its content. */
export function UploadPage() {
  const upload = useUploadHoldings();
  const [mappingId, setMappingId] = useState('');
  const agency = useAgency();
  return (
    <>
      <PageHead title={t('holdings.import')} />
      {upload.isSuccess ? (
        <Receipt
          title={
            upload.data.alreadyImported
              ? t('holdings.already')
              : t('holdings.done', { count: upload.data.import.holdings })
          }
          words={t('holdings.doneWords', { refused: count(upload.data.import.rowsRefused) })}
        >
          <Link
            to="/$agency/hits/holdings/$importId"
            params={{ agency, importId: upload.data.import.importId }}
          >
            {upload.data.import.fileName}
          </Link>
        </Receipt>
      ) : (
        <Columns wide side={<MappingForm onAdded={setMappingId} />}>
          <UploadForm upload={upload} mappingId={mappingId} onMapping={setMappingId} />
        </Columns>
      )}
    </>
  );
}

interface Props {
  readonly upload: ReturnType<typeof useUploadHoldings>;
  readonly mappingId: string;
  readonly onMapping: (mappingId: string) => void;
}

function UploadForm({ upload, mappingId, onMapping }: Props) {
  const mappings = useMappings().data?.rows ?? [];
  const [file, setFile] = useState<File | null>(null);
  const [codes, setCodes] = useState<readonly HandlingCode[]>([]);
  const why = whyNot(useSession(), 'crossmatch.import', useOperation()?.operationId);
  const fields = useFields(
    {
      source: '',
      sourceGrade: 'X',
      informationGrade: '4',
      category: 'suspect',
      text: '',
      file: '',
      mapping: '',
    },
    ({ source, text }) => ({
      source: source.trim() === '' ? t('form.required') : undefined,
      text: codes.includes('H3') && text.trim() === '' ? t('handling.textMissing') : undefined,
      file: file ? undefined : t('form.fileMissing'),
      mapping: mappingId === '' ? t('holdings.mappingMissing') : undefined,
    }),
  );
  const { form, wrong } = fields;
  const submit = () => {
    if (!fields.ready() || !file) return false;
    return upload.mutate({
      file,
      mappingId,
      fileName: file.name.slice(0, 255),
      source: form.source.trim(),
      evaluationSource: SOURCE_GRADES.find((one) => one === form.sourceGrade) ?? 'X',
      evaluationInformation: INFORMATION_GRADES.find((one) => one === form.informationGrade) ?? '4',
      handlingCodes: [...codes],
      handlingText: codes.includes('H3') ? form.text.trim() : '',
      dataSubjectCategory: form.category,
    });
  };
  return (
    <ActForm
      title={t('holdings.state')}
      words={<p>{t('holdings.stateWords')}</p>}
      act={t('holdings.act')}
      why={why}
      pending={upload.isPending}
      error={upload.error}
      onAct={submit}
    >
      <FileField
        label={t('column.file')}
        hint={t('holdings.fileHint')}
        accept=".csv,text/csv"
        file={file}
        error={wrong.file}
        onChange={setFile}
      />
      <FieldGroup pairs>
        <NativeSelect
          label={t('observations.profile')}
          description={t('holdings.mappingHint')}
          required
          value={mappingId}
          error={wrong.mapping}
          onChange={(event) => onMapping(event.currentTarget.value)}
          data={[
            { value: '', label: t('holdings.mappingChoose') },
            ...mappings.map((row) => ({
              value: row.mappingId,
              label: t('holdings.mappingName', { name: row.mapping.name, version: row.mapping.version }),
            })),
          ]}
        />
        <TextInput
          label={t('side.source')}
          description={t('holdings.sourceHint')}
          required
          maxLength={200}
          {...fields.text('source')}
        />
      </FieldGroup>
      <NativeSelect
        label={t('holdings.sourceGrade')}
        data={SOURCE_GRADES.map((value) => ({
          value,
          label: `${value}: ${t(`evaluation.source.${value}`)}`,
        }))}
        {...fields.text('sourceGrade')}
      />
      <NativeSelect
        label={t('holdings.informationGrade')}
        data={INFORMATION_GRADES.map((value) => ({
          value,
          label: `${value}: ${t(`evaluation.information.${value}`)}`,
        }))}
        {...fields.text('informationGrade')}
      />
      <NativeSelect
        label={t('side.category')}
        description={t('holdings.categoryHint')}
        data={CATEGORIES.map((value) => ({ value, label: t(`category.${value}`) }))}
        {...fields.text('category')}
      />
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
  );
}
