import { NativeSelect, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ListPreview } from '#evidence/schemas.ts';
import type { Meaning } from '#evidence/types.ts';
import { useImportList, usePreviewList } from '#web/api/evidence.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { FileField } from '#web/parts/file-field.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Receipt } from '#web/parts/receipt.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { MEANINGS } from '#web/words/evidence.ts';
import { CategoryMeanings } from './category-meanings.tsx';
import { ListPreviewPanel } from './list-preview.tsx';

/** A hash list is looked at before it is imported: what is in it, what will be skipped, what its categories mean. */
export function ImportListPage() {
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(false);
  const preview = usePreviewList();
  const importing = useImportList();
  const agency = useAgency();
  const why = whyNot(useSession(), 'evidence.hash-lists', useOperation()?.operationId);
  const choose = (next: File | null) => {
    setFile(next);
    preview.reset();
    importing.reset();
  };
  return (
    <>
      <PageHead title={t('hashlists.import')} />
      {importing.isSuccess ? (
        <Receipt
          title={t(importing.data.alreadyHere ? 'hashlists.alreadyHere' : 'hashlists.imported', {
            count: importing.data.list.rowsImported,
          })}
          words={t('hashlists.importedDo')}
        >
          <Link to="/$agency/evidence/lists/$listId" params={{ agency, listId: importing.data.list.listId }}>
            {importing.data.list.name}
          </Link>
        </Receipt>
      ) : (
        <Columns side={preview.data && <ListPreviewPanel preview={preview.data} />}>
          <ActForm
            title={t('hashlists.choose')}
            words={<p>{t('hashlists.chooseWords')}</p>}
            act={t('hashlists.look')}
            why={why}
            pending={preview.isPending}
            error={preview.error}
            onAct={() => {
              setAsked(true);
              if (!file) return false;
              return preview.mutate(file);
            }}
          >
            <FileField
              label={t('column.file')}
              file={file}
              error={asked && !file ? t('form.fileMissing') : undefined}
              onChange={choose}
            />
          </ActForm>
          {file && preview.data && (
            <StateForm
              key={preview.data.fileSha256}
              file={file}
              preview={preview.data}
              importing={importing}
            />
          )}
        </Columns>
      )}
    </>
  );
}

interface StateProps {
  readonly file: File;
  readonly preview: ListPreview;
  readonly importing: ReturnType<typeof useImportList>;
}

/** What the officer states of the list: where it is from, and what it says of a file. */
function StateForm({ file, preview, importing }: StateProps) {
  const [meanings, setMeanings] = useState<Readonly<Record<string, Meaning>>>({});
  const fields = useFields(
    { name: file.name, source: '', version: '', listedOn: '', meaning: 'known' },
    ({ name, source, version }) => ({
      name: name.trim() === '' ? t('form.required') : undefined,
      source: source.trim() === '' ? t('form.required') : undefined,
      version: version.trim() === '' ? t('form.required') : undefined,
    }),
  );
  const { name, source, version, listedOn, meaning } = fields.form;
  const submit = () =>
    fields.ready() &&
    importing.mutate({
      file,
      name: name.trim(),
      source: source.trim(),
      version: version.trim(),
      meaning: MEANINGS.find((one) => one === meaning) ?? 'known',
      ...(listedOn && { listedOn }),
      meanings: Object.entries(meanings).map(([category, means]) => `${category}:${means}`),
    });
  return (
    <ActForm
      title={t('hashlists.state')}
      words={<p>{t('hashlists.stateWords', { count: preview.rowsTaken })}</p>}
      act={t('hashlists.importAct')}
      why={preview.rowsTaken === 0 ? t('hashlists.nothing') : undefined}
      pending={importing.isPending}
      error={importing.error}
      onAct={submit}
    >
      <FieldGroup pairs>
        <TextInput label={t('hashlist.name')} required maxLength={200} {...fields.text('name')} />
        <TextInput label={t('hashlist.source')} required maxLength={200} {...fields.text('source')} />
        <TextInput label={t('column.version')} required maxLength={80} {...fields.text('version')} />
        <TextInput label={t('hashlist.listedOn')} type="date" {...fields.text('listedOn')} />
      </FieldGroup>
      <NativeSelect
        label={t('hashlist.meaningAsk')}
        data={MEANINGS.map((value) => ({ value, label: t(`hashlist.means.${value}`) }))}
        {...fields.text('meaning')}
      />
      <CategoryMeanings categories={preview.categories} meanings={meanings} onChange={setMeanings} />
    </ActForm>
  );
}
