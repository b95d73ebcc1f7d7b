import type { HoldView } from '#protection/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useReleaseHold } from '#web/api/protection.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Stack } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { ReasonForm } from '#web/parts/reason-form.tsx';
import { Time } from '#web/parts/time.tsx';
import { shortId } from '#web/words/format.ts';

/** Holds that stand: what they cover, by whose word, until when. */
export function Holds({ holds }: { holds: readonly HoldView[] }) {
  return (
    <Panel title={t('protection.holds')}>
      {holds.length === 0 ? (
        <p className="soft">{t('protection.noHold')}</p>
      ) : (
        <Stack>
          {holds.map((hold) => (
            <Hold key={hold.holdId} hold={hold} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Hold({ hold }: { hold: HoldView }) {
  const release = useReleaseHold(hold.holdId);
  const why = whyNot(useSession(), 'holds.place', useOperation()?.operationId);
  return (
    <>
      <Facts
        columns={2}
        facts={[
          {
            name: t('protection.what'),
            value: `${t(`protection.kind.${hold.kind}`)} ${shortId(hold.recordId)}`,
          },
          { name: t('protection.until'), value: <Time at={hold.until} /> },
          { name: t('protection.reason'), value: hold.reason },
          { name: t('protection.placed'), value: <Done at={hold.placedAt} by={hold.placedBy} /> },
        ]}
      />
      <ReasonForm
        title={t('protection.release')}
        act={t('protection.releaseAct')}
        label={t('protection.reason')}
        why={why}
        folded
        change={release}
        onAct={(reason, done) => release.mutate({ reason }, { onSuccess: done })}
      />
    </>
  );
}
