import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { ChainLink } from '#evidence/schemas.ts';
import { useNow } from '#web/api/clock.ts';
import { useRecordExhibitAct } from '#web/api/evidence.ts';
import { useOperation } from '#web/api/operation.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { EXHIBIT_ACTS } from '#web/words/evidence.ts';
import { fromInput, toInput } from '#web/words/moment.ts';

/** A further link of the chain. It cannot be changed afterwards. */
export function ChainForm({ exhibitId, chain }: { exhibitId: string; chain: readonly ChainLink[] }) {
  const record = useRecordExhibitAct(exhibitId);
  const session = useSession();
  const now = useNow();
  const fields = useFields(
    {
      kind: 'moved',
      happenedAt: toInput(now),
      person: session.name,
      place: chain.at(-1)?.place ?? '',
      sealNumber: '',
      note: '',
    },
    (form) => ({
      happenedAt: fromInput(form.happenedAt) ? undefined : t('form.momentMissing'),
      person: form.person.trim() === '' ? t('form.required') : undefined,
      place: form.place.trim() === '' ? t('form.required') : undefined,
      sealNumber:
        form.kind === 'sealed' && form.sealNumber.trim() === '' ? t('chain.sealMissing') : undefined,
    }),
  );
  const why =
    whyNot(session, 'evidence.register', useOperation()?.operationId) ??
    (chain.some(({ kind }) => kind === 'destroyed') ? t('chain.isDestroyed') : undefined);
  const submit = () => {
    const { kind, happenedAt, person, place, sealNumber, note } = fields.form;
    return (
      fields.ready() &&
      record.mutate(
        {
          kind: EXHIBIT_ACTS.find((act) => act === kind) ?? 'moved',
          happenedAt: fromInput(happenedAt) ?? '',
          person: person.trim(),
          place: place.trim(),
          ...(sealNumber.trim() && { sealNumber: sealNumber.trim() }),
          ...(note.trim() && { note: note.trim() }),
        },
        { onSuccess: () => fields.set({ sealNumber: '', note: '' }) },
      )
    );
  };
  return (
    <ActForm
      title={t('chain.record')}
      words={<p>{t('chain.recordWords')}</p>}
      act={t('chain.act')}
      why={why}
      pending={record.isPending}
      error={record.error}
      onAct={submit}
    >
      <FieldGroup pairs>
        <NativeSelect
          label={t('chain.what')}
          data={EXHIBIT_ACTS.map((value) => ({ value, label: t(`chain.${value}`) }))}
          {...fields.text('kind')}
        />
        <TextInput label={t('chain.when')} required type="datetime-local" {...fields.text('happenedAt')} />
        <TextInput label={t('chain.person')} required maxLength={200} {...fields.text('person')} />
        <TextInput label={t('chain.place')} required maxLength={400} {...fields.text('place')} />
        <TextInput label={t('chain.seal')} maxLength={80} {...fields.text('sealNumber')} />
      </FieldGroup>
      <Textarea label={t('case.note')} autosize minRows={1} maxLength={2000} {...fields.text('note')} />
    </ActForm>
  );
}
