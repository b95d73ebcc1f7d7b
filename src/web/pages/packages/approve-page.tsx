import type { PackageView } from '#packages/schemas.ts';
import { useOperation } from '#web/api/operation.ts';
import { useApprove, usePackages } from '#web/api/packages.ts';
import { useSession, whyNot } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { PackageAct } from './package-act.tsx';
import { PackageReceipt } from './package-receipt.tsx';

/** The second officer's approval: exactly these packages, with exactly these digests. */
export function ApprovePage() {
  const packages = usePackages();
  const approve = useApprove();
  return (
    <>
      <PageHead title={t('approve.title')} />
      {approve.isSuccess ? (
        <PackageReceipt
          title={t('approve.done', { count: approve.data.packages.length })}
          words={t('approve.doneDo')}
        />
      ) : (
        <Loaded query={packages}>
          {(data) => (
            <Approving
              packages={data.packages.filter(({ state }) => state === 'composed')}
              approve={approve}
            />
          )}
        </Loaded>
      )}
    </>
  );
}

function Approving({
  packages,
  approve,
}: {
  packages: readonly PackageView[];
  approve: ReturnType<typeof useApprove>;
}) {
  const session = useSession();
  const operationId = useOperation()?.operationId;
  const own = packages.some(({ composedBy }) => composedBy === session.officerId);
  const why = own ? t('packages.ownComposed') : whyNot(session, 'packages.approve', operationId);
  return (
    <PackageAct
      title={t('approve.what')}
      words={t('approve.words')}
      act={t('approve.act')}
      nothing={t('packages.noneToApprove')}
      packages={packages}
      why={why}
      pending={approve.isPending}
      error={approve.error}
      onAct={(chosen) =>
        approve.mutate({ approvals: chosen.map(({ packageId, digest }) => ({ packageId, digest })) })
      }
    />
  );
}
