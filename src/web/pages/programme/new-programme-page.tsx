import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useCreateProgramme } from '#web/api/programme.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { agencyName } from '#web/words/agency-name.ts';
import { linesOf } from '#web/words/lines.ts';

const EMPTY = { name: '', purpose: '', funding: '', members: '', lead: '' };

/** A new programme. Members that take part in the operation are recognised by their names. */
export function NewProgrammePage() {
  const operation = useOperation();
  const agency = useAgency();
  const navigate = useNavigate();
  const create = useCreateProgramme();
  const why = whyNot(useSession(), 'programme.manage', operation?.operationId);
  const fields = useFields(EMPTY, ({ name, members, lead }) => ({
    name: name.trim() === '' ? t('form.required') : undefined,
    members: linesOf(members).length === 0 ? t('form.required') : undefined,
    lead: linesOf(members).includes(lead) ? undefined : t('programme.leadMissing'),
  }));
  const { name, purpose, funding, members, lead } = fields.form;
  const known = new Map<string, { agencyId: string; country: string | null }>([
    ...(operation?.participants ?? []).map(
      ({ agencyId, country }) => [countryName(country), { agencyId, country }] as const,
    ),
    ...[operation?.coordinator]
      .filter((id) => id !== undefined)
      .map((agencyId) => [agencyName(operation, agencyId), { agencyId, country: null }] as const),
  ]);
  const submit = () =>
    fields.ready() &&
    create.mutate(
      {
        name: name.trim(),
        purpose,
        funding,
        members: linesOf(members).map((member) => ({
          name: member,
          country: known.get(member)?.country ?? null,
          agencyId: known.get(member)?.agencyId ?? null,
          leads: member === lead,
        })),
      },
      {
        onSuccess: ({ programmeId }) =>
          void navigate({ to: '/$agency/programme', params: { agency }, search: { id: programmeId } }),
      },
    );
  return (
    <>
      <PageHead title={t('programme.new')} />
      <ActForm
        title={t('programme.about')}
        act={t('programme.create')}
        why={why}
        pending={create.isPending}
        error={create.error}
        onAct={submit}
      >
        <TextInput label={t('programme.name')} required maxLength={120} {...fields.text('name')} />
        <Textarea
          label={t('programme.purpose')}
          autosize
          minRows={2}
          maxLength={4000}
          {...fields.text('purpose')}
        />
        <TextInput label={t('programme.funding')} maxLength={2000} {...fields.text('funding')} />
        <Textarea
          label={t('programme.members')}
          description={t('programme.membersHint')}
          required
          autosize
          minRows={4}
          {...fields.text('members')}
        />
        <NativeSelect
          label={t('programme.lead')}
          required
          data={['', ...new Set(linesOf(members))]}
          {...fields.text('lead')}
        />
      </ActForm>
    </>
  );
}
