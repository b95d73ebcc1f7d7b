import { Link, useParams } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { ReceivedTargetView } from '#packages/schemas.ts';
import { useAgency } from '#web/api/operation.ts';
import { useReceivedPackage } from '#web/api/packages.ts';
import { useReceivedTarget } from '#web/api/risks.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { TargetFacts } from '#web/parts/target-facts.tsx';
import { count, shortId } from '#web/words/format.ts';
import { RiskPanel } from './risk-panel.tsx';

/** A target as the package that came states it, for desks that do not work its case. */
export function PackageTargetPage() {
  const { targetId } = useParams({ from: '/$agency/packages/target/$targetId' });
  const target = useReceivedTarget(targetId);
  useSubject('target', targetId);
  return <Loaded query={target}>{(data) => <Shown view={data} />}</Loaded>;
}

function Shown({ view: { packageId, target } }: { view: ReceivedTargetView }) {
  const agency = useAgency();
  const country = useReceivedPackage(packageId).data?.package.country ?? null;
  return (
    <>
      <PageHead
        title={t('case.title', { id: shortId(target.targetId) })}
        lead={
          <>
            {country !== null && <span>{countryName(country)}</span>}
            <span>
              {t('case.rank')} {count(target.rank)}
            </span>
            <Link to="/$agency/packages/$id" params={{ agency, id: packageId }}>
              {t('risk.openPackage')}
            </Link>
          </>
        }
      />
      <Columns side={<RiskPanel targetId={target.targetId} country={country} />}>
        <Panel title={t('case.observed')}>
          <TargetFacts document={target} />
        </Panel>
      </Columns>
    </>
  );
}
