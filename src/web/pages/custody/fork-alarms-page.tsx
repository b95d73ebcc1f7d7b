import type { ForkAlarm } from '#operations/key-schemas.ts';
import { useForkAlarms, useSettleAlarm } from '#web/api/keys.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Columns, Stack } from '#web/parts/columns.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Done } from '#web/parts/done.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { Time } from '#web/parts/time.tsx';
import { agencyName } from '#web/words/agency-name.ts';

/** Custody logs that contradict themselves: what it means, what to do, and how it was settled. */
export function ForkAlarmsPage() {
  return (
    <>
      <PageHead title={t('forks.title')} lead={t('forks.lead')} />
      <Loaded query={useForkAlarms()}>
        {({ alarms }) => {
          const open = alarms.filter(({ settled }) => settled === null);
          const logs = [...Map.groupBy(open, ({ log }) => log)];
          return (
            <Stack>
              {open.length === 0 && <Empty what={t('forks.none')}>{t('forks.noneDo')}</Empty>}
              {logs.map(([log, about]) => (
                <Columns key={log} wide side={<Settle log={log} />}>
                  {about.map((alarm) => (
                    <Alarm key={alarm.id} alarm={alarm} />
                  ))}
                </Columns>
              ))}
              {alarms
                .filter(({ settled }) => settled !== null)
                .map((alarm) => (
                  <Alarm key={alarm.id} alarm={alarm} />
                ))}
            </Stack>
          );
        }}
      </Loaded>
    </>
  );
}

function Alarm({ alarm }: { alarm: ForkAlarm }) {
  const { agencyId, kind, own, first, second, foundAt, reportedBy, settled } = alarm;
  return (
    <Panel
      title={t('forks.about', { agency: agencyName(undefined, agencyId) })}
      aside={<span className="soft mono">{alarm.log}</span>}
    >
      <p>
        <strong>{t(`forks.kind.${kind}`)}</strong> {t(`forks.means.${kind}`)}
      </p>
      {settled === null && <p>{t(own ? 'forks.doOwn' : 'forks.do')}</p>}
      <Facts
        facts={[
          { name: t('forks.first'), value: <Checkpoint of={first} /> },
          { name: t('forks.second'), value: <Checkpoint of={second} /> },
          { name: t('forks.found'), value: <Time at={foundAt} /> },
          { name: t('forks.reportedBy'), value: reportedBy ?? t('forks.foundHere') },
          settled && { name: t('forks.settled'), value: <Done at={settled.at} by={settled.by} /> },
          settled && { name: t('forks.reason'), value: settled.reason },
        ]}
      />
    </Panel>
  );
}

function Checkpoint({ of: { size, root, signedAt } }: { of: ForkAlarm['first'] }) {
  return (
    <>
      {t('forks.events', { count: size })} ·{' '}
      {signedAt === null ? t('forks.unsigned') : <Time at={signedAt} />} · <Digest value={root} whole />
    </>
  );
}

function Settle({ log }: { log: string }) {
  const settle = useSettleAlarm();
  return (
    <ReasonForm
      title={t('forks.settle')}
      words={<p>{t('forks.settleWords')}</p>}
      act={t('forks.settleAct')}
      label={t('forks.why')}
      hint={t('forks.whyHint')}
      grave
      why={whyNot(useSession(), 'node.administer', undefined)}
      change={settle}
      onAct={(reason, done) => settle.mutate({ log, reason }, { onSuccess: done })}
    />
  );
}
