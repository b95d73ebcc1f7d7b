import { useState } from 'react';
import { countryName } from '#core/countries.ts';
import type { PackageDetail } from '#packages/schemas.ts';
import { usePackage, usePackageTargets } from '#web/api/packages.ts';
import { t } from '#web/messages/messages.ts';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { RecallNotice } from '#web/parts/recall-notice.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Until } from '#web/parts/until.tsx';
import { PACKAGE_LOOK } from '#web/state/looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import { packageStateOf } from '#web/words/package-state.ts';
import { ContentsFacts } from './contents-facts.tsx';
import { LeadPackageFacts } from './lead-package-facts.tsx';
import classes from './package-page.module.css';
import { PackageTargets, TARGETS_SHOWN } from './package-targets.tsx';
import { PreservationPanel } from './preservation-panel.tsx';
import { Receipts } from './receipts.tsx';
import { SummaryButton } from './summary-button.tsx';

export function LeadPackage({ packageId }: { packageId: string }) {
  const detail = usePackage(packageId);
  return <Loaded query={detail}>{(data) => <Shown detail={data} />}</Loaded>;
}

function Shown({ detail: { package: one, contents } }: { detail: PackageDetail }) {
  const [from, setFrom] = useState(0);
  const targets = usePackageTargets(one.packageId, from, TARGETS_SHOWN);
  const state = packageStateOf(one);
  return (
    <>
      <PageHead
        title={t('package.title', { country: countryName(one.country) })}
        lead={
          <>
            <StateMark look={PACKAGE_LOOK[state]} word={t(`package.${state}`)} />
            <span>{t('package.version', { version: one.version })}</span>
            {one.deadlineAt !== null && one.state === 'sent' && <Until at={one.deadlineAt} />}
          </>
        }
        actions={<SummaryButton packageId={one.packageId} />}
      />
      {one.recall && <RecallNotice recall={one.recall} />}
      <div className={classes.columns}>
        <Sheet>
          <Loaded query={targets}>
            {(page) => (
              <PackageTargets
                packageId={one.packageId}
                targets={page.targets}
                total={page.total}
                from={from}
                onPage={setFrom}
                link="lead"
              />
            )}
          </Loaded>
        </Sheet>
        <div className={classes.side}>
          <LeadPackageFacts package={one} />
          <Receipts receipts={one.receipts} />
          <PreservationPanel packageId={one.packageId} />
          <ContentsFacts contents={contents} />
        </div>
      </div>
    </>
  );
}
