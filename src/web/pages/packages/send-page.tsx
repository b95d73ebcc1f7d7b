import type { PackageView } from '#packages/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { usePackages, useSend } from '#web/api/packages.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { PackageAct } from './package-act.tsx';
import { PackageReceipt } from './package-receipt.tsx';

/** Sealing and sending: what leaves, under which digest, to whom. */
export function SendPage() {
  const packages = usePackages();
  const send = useSend();
  return (
    <>
      <PageHead title={t('send.title')} />
      {send.isSuccess ? (
        <PackageReceipt
          title={t('send.done', { count: send.data.sent.length })}
          {...(send.data.alreadySent.length > 0 && {
            words: t('send.already', { count: send.data.alreadySent.length }),
          })}
        />
      ) : (
        <Loaded query={packages}>
          {(data) => (
            <Sending packages={data.packages.filter(({ state }) => state === 'approved')} send={send} />
          )}
        </Loaded>
      )}
    </>
  );
}

function Sending({ packages, send }: { packages: readonly PackageView[]; send: ReturnType<typeof useSend> }) {
  const operation = useOperation();
  const why = whyNot(useSession(), 'packages.send', operation?.operationId);
  return (
    <PackageAct
      title={t('send.what')}
      words={t('send.words', { hours: operation?.disseminationHours ?? 0 })}
      act={t('send.act')}
      nothing={t('packages.noneToSend')}
      packages={packages}
      coordinator={operation?.coordinator}
      why={why}
      pending={send.isPending}
      error={send.error}
      onAct={(chosen) => send.mutate({ packageIds: chosen.map(({ packageId }) => packageId) })}
    />
  );
}
