import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useLoadRules } from '#web/api/retention.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FileField } from '#web/parts/file-field.tsx';
import { useFields } from '#web/parts/use-fields.ts';

/** A whole table from a file, with the reason for it. */
export function LoadRules() {
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(false);
  const load = useLoadRules();
  const fields = useFields({ reason: '' }, ({ reason }) => ({
    reason: reason.trim() === '' ? t('form.reasonMissing') : undefined,
  }));
  const submit = () => {
    setAsked(true);
    if (!fields.ready() || !file) return false;
    const reason = fields.form.reason.trim();
    void file.text().then((csv) => load.mutate({ name: file.name, csv, reason }));
    return true;
  };
  return (
    <ActForm
      title={t('retention.load')}
      words={<p>{t('retention.loadWords')}</p>}
      act={t('retention.loadAct')}
      pending={load.isPending}
      error={load.error}
      done={load.data && t('retention.loaded', load.data)}
      onAct={submit}
    >
      <FileField
        label={t('column.file')}
        accept=".csv,text/csv"
        file={file}
        error={asked && !file ? t('form.fileMissing') : undefined}
        onChange={(next) => {
          setFile(next);
          load.reset();
        }}
      />
      <Textarea
        label={t('retention.reason')}
        description={t('retention.reasonHint')}
        required
        autosize
        minRows={2}
        maxLength={1000}
        {...fields.text('reason')}
      />
    </ActForm>
  );
}
