import { NativeSelect, Textarea } from '@mantine/core';
import type { PapView } from '#packages/pap-routes.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAskPap, usePap } from '#web/api/packages.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { ActForm } from '#web/parts/act-form.tsx';
import { ConditionsInWords } from '#web/parts/conditions.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { useFields } from '#web/parts/use-fields.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { agencyName } from '#web/words/agency-name.ts';

/** What may be done with a message that came, act by act, and asking its provider for what its level forbids. */
export function PapPanel({ messageId }: { messageId: string }) {
  return <Loaded query={usePap(messageId)}>{(view) => <Shown view={view} />}</Loaded>;
}

function Shown({ view }: { view: PapView }) {
  const forbidden = view.acts.filter(({ allowed }) => !allowed);
  return (
    <>
      <Panel title={t('pap.title')}>
        <p>{t(`pap.${view.pap}`)}</p>
        <Facts
          facts={view.acts.map((act) => ({
            name: t(`pap.act.${act.act}`),
            value: <Standing act={act} provider={view.provider} />,
          }))}
        />
      </Panel>
      {forbidden.length > 0 && <AskLeave view={view} acts={forbidden} />}
    </>
  );
}

function Standing({ act, provider }: { act: PapView['acts'][number]; provider: string }) {
  const operation = useOperation();
  const agency = agencyName(operation, provider);
  const { allowed, askedAt, granted, conditions } = act;
  const word = allowed
    ? t('pap.allowed')
    : granted === true
      ? t('pap.over')
      : granted === false
        ? t('pap.denied', { agency })
        : askedAt === null
          ? t('pap.forbidden', { agency })
          : t('pap.waits');
  const look = allowed
    ? ({ shape: 'tick', tone: 'good' } as const)
    : askedAt !== null && granted === null
      ? ({ shape: 'half', tone: 'wait' } as const)
      : ({ shape: 'cross', tone: 'bad' } as const);
  return (
    <>
      <StateMark look={look} word={word} />
      {conditions && (
        <p className="soft">
          <ConditionsInWords conditions={conditions} />
        </p>
      )}
    </>
  );
}

const RULES = ['urgent-direct', 'urgent-indirect', 'ordinary'] as const;

function AskLeave({ view, acts }: { view: PapView; acts: PapView['acts'] }) {
  const operation = useOperation();
  const ask = useAskPap();
  const agency = agencyName(operation, view.provider);
  const fields = useFields({ act: acts[0]?.act ?? '', purpose: '', deadline: 'ordinary' }, ({ purpose }) => ({
    purpose: purpose.trim() === '' ? t('form.required') : undefined,
  }));
  const submit = () => {
    const chosen = acts.find(({ act }) => act === fields.form.act) ?? acts[0];
    if (!fields.ready() || !chosen) return false;
    return ask.mutate({
      messageId: view.messageId,
      act: chosen.act,
      purpose: fields.form.purpose.trim(),
      deadline: RULES.find((rule) => rule === fields.form.deadline) ?? 'ordinary',
    });
  };
  return (
    <ActForm
      title={t('pap.ask', { agency })}
      words={<p>{t('pap.askWords')}</p>}
      act={t('pap.ask', { agency })}
      why={whyNot(useSession(), 'letters.send', operation?.operationId)}
      pending={ask.isPending}
      error={ask.error}
      done={ask.isSuccess ? t('pap.asked') : undefined}
      onAct={submit}
    >
      <NativeSelect
        label={t('pap.what')}
        data={acts.map(({ act }) => ({ value: act, label: t(`pap.act.${act}`) }))}
        {...fields.text('act')}
      />
      <Textarea
        label={t('letter.purpose')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        {...fields.text('purpose')}
      />
      <NativeSelect
        label={t('letter.deadline')}
        {...fields.text('deadline')}
        data={RULES.map((value) => ({ value, label: t(`rule.${value}`) }))}
      />
    </ActForm>
  );
}
