import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import type { RequirementView } from '#referrals/schemas.ts';
import { useNow } from '#web/api/clock.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAskPermission, usePermissions } from '#web/api/referrals.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { FieldGroup } from '#web/parts/field-group.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Until } from '#web/parts/until.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';
import { fromInput, toInput } from '#web/words/moment.ts';
import { PermissionLink } from './referral-link.tsx';

const DAY_MS = 86_400_000;

interface Props {
  readonly kind: 'eurojust' | 'icse';
  readonly referralId: string;
  readonly missing: readonly RequirementView[];
}

/** Each permission that stands in the way: whose, which code, of what; asked already or still to ask. */
export function MissingPermissions({ kind, referralId, missing }: Props) {
  return missing.map((requirement) => (
    <Missing
      key={`${requirement.provider} ${requirement.code}`}
      kind={kind}
      referralId={referralId}
      requirement={requirement}
    />
  ));
}

function Missing({
  kind,
  referralId,
  requirement,
}: Omit<Props, 'missing'> & { requirement: RequirementView }) {
  const operation = useOperation();
  const asked = usePermissions().data?.permissions.find(
    (one) =>
      one.direction === 'asked' &&
      one.referralId === referralId &&
      one.provider === requirement.provider &&
      one.code === requirement.code &&
      one.granted === null,
  );
  const sentence = t('permission.missing', {
    provider: agencyName(operation, requirement.provider),
    recipient: agencyName(operation, requirement.recipient),
    code: requirement.code,
  });
  const title = t('permission.missingTitle', {
    provider: agencyName(operation, requirement.provider),
    code: requirement.code,
  });
  if (!asked)
    return <AskForm kind={kind} referralId={referralId} requirement={requirement} {...{ title, sentence }} />;
  return (
    <Panel title={title}>
      <StateMark look={{ shape: 'half', tone: 'wait' }} word={t('permission.asked')} />
      <p>{sentence}</p>
      <p>
        <PermissionLink permissionId={asked.permissionId}>{t('permission.open')}</PermissionLink>,{' '}
        <Until at={asked.dueAt} />
      </p>
    </Panel>
  );
}

interface AskProps extends Omit<Props, 'missing'> {
  readonly requirement: RequirementView;
  readonly title: string;
  readonly sentence: string;
}

function AskForm({ kind, referralId, requirement, title, sentence }: AskProps) {
  const ask = useAskPermission();
  const now = useNow();
  const why = whyNot(useSession(), 'referrals.prepare', useOperation()?.operationId);
  const fields = useFields(
    { purpose: '', dueAt: toInput(now + DAY_MS), way: 'message' },
    ({ purpose, dueAt }) => ({
      purpose: purpose.trim() === '' ? t('form.required') : undefined,
      dueAt: fromInput(dueAt) ? undefined : t('form.momentMissing'),
    }),
  );
  const { purpose, dueAt, way } = fields.form;
  const submit = () =>
    fields.ready() &&
    ask.mutate({
      kind,
      referralId,
      provider: requirement.provider,
      code: requirement.code,
      purpose: purpose.trim(),
      dueAt: fromInput(dueAt) ?? '',
      way: way === 'otherwise' ? 'otherwise' : 'message',
    });
  return (
    <ActForm
      title={title}
      words={
        <>
          <StateMark look={{ shape: 'cross', tone: 'bad' }} word={t('permission.notAsked')} />
          <p>{sentence}</p>
          <p className="soft">{t('permission.covers', { count: requirement.sources.length })}</p>
        </>
      }
      act={t('permission.ask')}
      why={why}
      pending={ask.isPending}
      error={ask.error}
      onAct={submit}
    >
      <Textarea
        label={t('permission.purpose')}
        description={t('permission.purposeHint')}
        required
        autosize
        minRows={2}
        maxLength={4000}
        {...fields.text('purpose')}
      />
      <FieldGroup pairs>
        <TextInput label={t('permission.due')} required type="datetime-local" {...fields.text('dueAt')} />
        <NativeSelect
          label={t('permission.way')}
          data={[
            { value: 'message', label: t('permission.way.message') },
            { value: 'otherwise', label: t('permission.way.otherwise') },
          ]}
          {...fields.text('way')}
        />
      </FieldGroup>
    </ActForm>
  );
}
