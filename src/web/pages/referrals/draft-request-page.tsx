import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { countryName } from '#core/countries.ts';
import type { OperationView } from '#operations/schemas.ts';
import type { RequestView } from '#referrals/schemas.ts';
import { useAgency, useOperation } from '#web/api/operation.ts';
import { useDraftRequest, useRequest, useReviseRequest } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { fromInput, toInput } from '#web/words/moment.ts';
import classes from './draft-request-page.module.css';
import { SourceFields, type SourceForm } from './source-fields.tsx';

/** A new request to Eurojust, or a draft written anew: then its approval falls. */
export function DraftRequestPage() {
  const { revise } = useSearch({ from: '/$agency/referrals/eurojust/draft' });
  return (
    <>
      <PageHead title={t(revise ? 'eurojust.revise' : 'eurojust.draft')} />
      {revise ? <Revising requestId={revise} /> : <RequestForm before={null} />}
    </>
  );
}

function Revising({ requestId }: { requestId: string }) {
  return <Loaded query={useRequest(requestId)}>{(before) => <RequestForm before={before} />}</Loaded>;
}

function RequestForm({ before }: { before: RequestView | null }) {
  const operation = useOperation();
  const agency = useAgency();
  const navigate = useNavigate();
  const draft = useDraftRequest();
  const revise = useReviseRequest(before?.requestId ?? '');
  const change = before ? revise : draft;
  const [countries, setCountries] = useState<readonly string[]>(before?.countries ?? []);
  const [sources, setSources] = useState<readonly SourceForm[]>(before?.sources ?? []);
  const fields = useFields(
    {
      need: before?.need ?? '',
      legalBasis: before?.legalBasis ?? '',
      deadline: toInput(before?.deadlineAt),
      countries: '',
      sources: '',
    },
    ({ need, legalBasis, deadline }) => ({
      need: need.trim() === '' ? t('form.required') : undefined,
      legalBasis: legalBasis.trim() === '' ? t('form.required') : undefined,
      deadline: fromInput(deadline) ? undefined : t('form.momentMissing'),
      countries: countries.length === 0 ? t('eurojust.noCountry') : undefined,
      sources: sources.some(({ id }) => id.trim() === '') ? t('eurojust.sourceMissing') : undefined,
    }),
  );
  const { form, wrong } = fields;
  const submit = () => {
    if (!fields.ready()) return false;
    const content = {
      countries: [...countries],
      need: form.need.trim(),
      legalBasis: form.legalBasis.trim(),
      deadlineAt: fromInput(form.deadline) ?? '',
      sources: sources.map((source) => ({
        ...source,
        id: source.id.trim(),
        handling: { codes: [...source.handling.codes], text: source.handling.text },
      })),
    };
    const onSuccess = ({ requestId }: RequestView) =>
      void navigate({ to: '/$agency/referrals/eurojust/$id', params: { agency, id: requestId } });
    return before
      ? revise.mutate({ ...content, version: before.version }, { onSuccess })
      : draft.mutate(content, { onSuccess });
  };
  return (
    <ActForm
      title={t('eurojust.asked')}
      words={<p>{t(before ? 'eurojust.reviseWords' : 'eurojust.draftWords')}</p>}
      act={t('eurojust.save')}
      why={whyNot(useSession(), 'referrals.prepare', operation?.operationId)}
      pending={change.isPending}
      error={change.error}
      onAct={submit}
    >
      <Textarea
        label={t('eurojust.need')}
        description={t('eurojust.needHint')}
        required
        autosize
        minRows={3}
        maxLength={20_000}
        {...fields.text('need')}
      />
      <FieldGroup legend={t('eurojust.countries')} wrong={wrong.countries}>
        <div className={classes.countries}>
          {sortedCountries(operation).map((country) => (
            <Checkbox
              key={country}
              size="xs"
              label={countryName(country)}
              checked={countries.includes(country)}
              onChange={(event) =>
                setCountries(
                  event.currentTarget.checked
                    ? [...countries, country]
                    : countries.filter((one) => one !== country),
                )
              }
            />
          ))}
        </div>
      </FieldGroup>
      <FieldGroup pairs>
        <TextInput
          label={t('eurojust.legalBasis')}
          required
          maxLength={4000}
          {...fields.text('legalBasis')}
        />
        <TextInput label={t('column.deadline')} required type="datetime-local" {...fields.text('deadline')} />
      </FieldGroup>
      <SourceFields sources={sources} wrong={wrong.sources} onChange={setSources} />
    </ActForm>
  );
}

function sortedCountries(operation: Pick<OperationView, 'participants'> | undefined): string[] {
  const codes = operation?.participants.map(({ country }) => country) ?? [];
  return codes.toSorted((a, b) => countryName(a).localeCompare(countryName(b)));
}
