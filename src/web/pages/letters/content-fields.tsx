import { FileInput, NativeSelect } from '@mantine/core';
import { INFORMATION_GRADES, SOURCE_GRADES } from '#core/handling.ts';
import { t } from '#web/messages/messages.ts';
import { FieldGroup } from '#web/parts/field-group.tsx';

/** Files to attach, with what is on its way to the node. */
export function FilesField({
  files,
  sending,
  onChange,
}: {
  files: File[];
  sending: string | null;
  onChange: (files: File[]) => void;
}) {
  return (
    <>
      <FileInput
        label={t('letter.attachments')}
        description={t('letter.attachmentsHint')}
        multiple
        clearable
        placeholder={t('form.chooseFile')}
        value={files}
        onChange={onChange}
      />
      {sending !== null && <p role="status">{t('letter.uploading', { name: sending })}</p>}
    </>
  );
}

interface Grades {
  readonly source: string;
  readonly information: string;
}

/** The 4x4 evaluation; both grades or neither. */
export function GradeFields({
  grades,
  wrong,
  onChange,
}: {
  grades: Grades;
  wrong?: string | undefined;
  onChange: (change: Partial<Grades>) => void;
}) {
  const none = { value: '', label: t('letter.notEvaluated') };
  return (
    <FieldGroup legend={t('letter.evaluation')} pairs wrong={wrong}>
      <NativeSelect
        label={t('letter.source')}
        value={grades.source}
        onChange={(event) => onChange({ source: event.currentTarget.value })}
        data={[
          none,
          ...SOURCE_GRADES.map((value) => ({ value, label: `${value}: ${t(`evaluation.source.${value}`)}` })),
        ]}
      />
      <NativeSelect
        label={t('letter.information')}
        value={grades.information}
        onChange={(event) => onChange({ information: event.currentTarget.value })}
        data={[
          none,
          ...INFORMATION_GRADES.map((value) => ({
            value,
            label: `${value}: ${t(`evaluation.information.${value}`)}`,
          })),
        ]}
      />
    </FieldGroup>
  );
}

/** What the fields say; null where it is not evaluated. */
export function evaluationOf({ source, information }: Grades) {
  const known = SOURCE_GRADES.find((grade) => grade === source);
  const grade = INFORMATION_GRADES.find((one) => one === information);
  return known && grade ? { source: known, information: grade } : null;
}
