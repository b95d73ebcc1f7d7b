import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { RegisterExhibitBody } from '#evidence/schemas.ts';
import { useRegisterExhibit } from '#web/api/evidence.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { EXHIBIT_KINDS } from '#web/words/evidence.ts';
import { fromInput } from '#web/words/moment.ts';

const EMPTY = {
  reference: '',
  kind: 'computer',
  description: '',
  seizedAt: '',
  seizedWhere: '',
  seizedBy: '',
  sealNumber: '',
  targetId: '',
};
const REQUIRED = ['reference', 'seizedWhere', 'seizedBy'] as const;

function faults(form: typeof EMPTY) {
  return {
    ...Object.fromEntries(
      REQUIRED.filter((name) => form[name].trim() === '').map((name) => [name, t('form.required')]),
    ),
    seizedAt: fromInput(form.seizedAt) ? undefined : t('form.momentMissing'),
  };
}

/** A seized device enters the case: what it is, when and where it was seized, by whom, under which seal. */
export function RegisterPage() {
  const { target = '' } = useSearch({ from: '/$agency/evidence/register' });
  const agency = useAgency();
  const navigate = useNavigate();
  const session = useSession();
  const register = useRegisterExhibit();
  const fields = useFields({ ...EMPTY, targetId: target, seizedBy: session.name }, faults);
  const submit = () =>
    fields.ready() &&
    register.mutate(bodyOf(fields.form), {
      onSuccess: ({ exhibitId }) =>
        void navigate({ to: '/$agency/evidence/$id', params: { agency, id: exhibitId } }),
    });
  return (
    <>
      <PageHead title={t('evidence.register')} />
      <ActForm
        title={t('exhibit.about')}
        words={<p>{t('evidence.registerWords')}</p>}
        act={t('evidence.registerAct')}
        why={whyNot(session, 'evidence.register', useOperation()?.operationId)}
        pending={register.isPending}
        error={register.error}
        onAct={submit}
      >
        <FieldGroup pairs legend={t('exhibit.what')}>
          <TextInput
            label={t('exhibit.reference')}
            description={t('exhibit.referenceHint')}
            required
            maxLength={80}
            {...fields.text('reference')}
          />
          <NativeSelect
            label={t('exhibit.kindLabel')}
            description={t('exhibit.kindHint')}
            data={EXHIBIT_KINDS.map((value) => ({ value, label: t(`exhibit.kind.${value}`) }))}
            {...fields.text('kind')}
          />
        </FieldGroup>
        <Textarea
          label={t('exhibit.description')}
          description={t('exhibit.descriptionHint')}
          autosize
          minRows={2}
          maxLength={2000}
          {...fields.text('description')}
        />
        <FieldGroup pairs legend={t('exhibit.seizure')}>
          <TextInput
            label={t('exhibit.seizedAt')}
            required
            type="datetime-local"
            {...fields.text('seizedAt')}
          />
          <TextInput
            label={t('exhibit.seizedWhere')}
            required
            maxLength={400}
            {...fields.text('seizedWhere')}
          />
          <TextInput label={t('exhibit.seizedBy')} required maxLength={200} {...fields.text('seizedBy')} />
          <TextInput label={t('exhibit.seal')} maxLength={80} {...fields.text('sealNumber')} />
        </FieldGroup>
        <TextInput
          label={t('exhibit.target')}
          description={t('exhibit.targetHint')}
          maxLength={80}
          {...fields.text('targetId')}
        />
      </ActForm>
    </>
  );
}

function bodyOf(form: typeof EMPTY): RegisterExhibitBody {
  const { description, sealNumber, targetId } = form;
  return {
    reference: form.reference.trim(),
    kind: EXHIBIT_KINDS.find((kind) => kind === form.kind) ?? 'other',
    seizedAt: fromInput(form.seizedAt) ?? '',
    seizedWhere: form.seizedWhere.trim(),
    seizedBy: form.seizedBy.trim(),
    ...(description.trim() && { description: description.trim() }),
    ...(sealNumber.trim() && { sealNumber: sealNumber.trim() }),
    ...(targetId.trim() && { targetId: targetId.trim() }),
  };
}
