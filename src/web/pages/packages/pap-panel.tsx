import { NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { PapView } from '#packages/pap-routes.ts';
import { useOperation } from '#web/api/operation.ts';
import { useAskPap, usePap } from '#web/api/packages.ts';
import { t } from '#web/messages/messages.ts';
import { ConditionsInWords } from '#web/parts/conditions.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { LeaveForm } from '#web/parts/leave-form.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { Panel } from '#web/parts/panel.tsx';
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

function AskLeave({ view, acts }: { view: PapView; acts: PapView['acts'] }) {
  const ask = useAskPap();
  const agency = agencyName(useOperation(), view.provider);
  const [wanted, want] = useState<string>();
  const chosen = acts.find(({ act }) => act === wanted) ?? acts[0];
  return (
    <LeaveForm
      title={t('pap.ask', { agency })}
      words={<p>{t('pap.askWords')}</p>}
      asked={t('pap.asked')}
      asking={ask}
      onAsk={(leave) => chosen && ask.mutate({ messageId: view.messageId, act: chosen.act, ...leave })}
    >
      <NativeSelect
        label={t('pap.what')}
        value={chosen?.act}
        onChange={(event) => want(event.currentTarget.value)}
        data={acts.map(({ act }) => ({ value: act, label: t(`pap.act.${act}`) }))}
      />
    </LeaveForm>
  );
}
