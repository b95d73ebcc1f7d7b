import { useState } from 'react';
import { countryName } from '#core/countries.ts';
import type { ReceivedPackageDetail } from '#packages/schemas.ts';
import { useReceivedPackage, useReceivedTargets } from '#web/api/packages.ts';
import { useSession } from '#web/api/session.ts';
import { t } from '#web/messages/messages.ts';
import { Agency } from '#web/parts/agency.tsx';
import { Digest } from '#web/parts/digest.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { RecallNotice } from '#web/parts/recall-notice.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { Time } from '#web/parts/time.tsx';
import { ContentsFacts } from './contents-facts.tsx';
import { CurrentMark } from './current-mark.tsx';
import classes from './package-page.module.css';
import { PackageTargets, TARGETS_SHOWN } from './package-targets.tsx';
import { PapPanel } from './pap-panel.tsx';
import { PreservationPanel } from './preservation-panel.tsx';
import { SummaryButton } from './summary-button.tsx';

export function ReceivedPackage({ packageId }: { packageId: string }) {
  const detail = useReceivedPackage(packageId);
  return <Loaded query={detail}>{(data) => <Shown detail={data} />}</Loaded>;
}

function Shown({ detail: { package: one, contents } }: { detail: ReceivedPackageDetail }) {
  const [from, setFrom] = useState(0);
  const own = one.agencyId === useSession().agency.agencyId;
  const targets = useReceivedTargets(one.country, from, TARGETS_SHOWN);
  return (
    <>
      <PageHead
        title={t('package.title', { country: countryName(one.country) })}
        lead={
          <>
            <CurrentMark current={one.current} />
            <span>{t('package.version', { version: one.version })}</span>
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
                targets={page.targets.map(({ target }) => target)}
                total={page.total}
                from={from}
                onPage={setFrom}
                link={own ? 'case' : 'package'}
              />
            )}
          </Loaded>
        </Sheet>
        <div className={classes.side}>
          <Panel title={t('package.facts')}>
            <Facts
              facts={[
                { name: t('package.from'), value: <Agency id={one.from} /> },
                { name: t('package.to'), value: <Agency id={one.agencyId} /> },
                { name: t('package.composedAt'), value: <Time at={one.composedAt} /> },
                { name: t('package.receivedAt'), value: <Time at={one.receivedAt} /> },
                { name: t('column.digest'), value: <Digest value={one.digest} whole /> },
              ]}
            />
          </Panel>
          <PapPanel messageId={one.messageId} />
          <PreservationPanel packageId={one.packageId} />
          <ContentsFacts contents={contents} />
        </div>
      </div>
    </>
  );
}
