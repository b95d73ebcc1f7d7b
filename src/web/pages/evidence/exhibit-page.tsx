import { useParams } from '@tanstack/react-router';
import type { ExhibitDetail } from '#evidence/schemas.ts';
import { isUnderWay, useExhibit } from '#web/api/evidence.ts';
import { useSubject } from '#web/frame/subject.ts';
import { t } from '#web/messages/messages.ts';
import { CaseLink } from '#web/parts/case-link.tsx';
import { Columns } from '#web/parts/columns.tsx';
import { Done } from '#web/parts/done.tsx';
import { Facts } from '#web/parts/facts.tsx';
import { HoldNotice } from '#web/parts/hold-notice.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Time } from '#web/parts/time.tsx';
import { Chain } from './chain.tsx';
import { ChainForm } from './chain-form.tsx';
import { EvidenceReport } from './evidence-report.tsx';
import { InventoryPanel } from './inventory-panel.tsx';
import { InventoryProgress } from './inventory-progress.tsx';
import { StartInventory } from './start-inventory.tsx';
import { SummaryPanel } from './summary-panel.tsx';

/** One exhibit: its chain, its inventory, what it amounts to. No file is ever shown. */
export function ExhibitPage() {
  const { id } = useParams({ from: '/$agency/evidence/$id' });
  const detail = useExhibit(id);
  useSubject('exhibit', id);
  return <Loaded query={detail}>{(data) => <Shown detail={data} />}</Loaded>;
}

function Shown({ detail: { exhibit, chain, inventories, report } }: { detail: ExhibitDetail }) {
  const inventory = inventories[0] ?? null;
  return (
    <>
      <PageHead
        title={t('exhibit.title', { reference: exhibit.reference })}
        lead={
          <>
            <span>{t(`exhibit.kind.${exhibit.kind}`)}</span>
            <InventoryProgress inventory={inventory} />
            {exhibit.targetId !== null && (
              <span>
                {t('column.target')} <CaseLink targetId={exhibit.targetId} />
              </span>
            )}
          </>
        }
      />
      <HoldNotice kind="exhibit" id={exhibit.exhibitId} />
      <Columns
        side={
          <>
            <Panel title={t('exhibit.about')}>
              <Facts
                facts={[
                  exhibit.description !== '' && {
                    name: t('exhibit.description'),
                    value: exhibit.description,
                  },
                  { name: t('exhibit.seizedAt'), value: <Time at={exhibit.seizedAt} /> },
                  { name: t('exhibit.seizedWhere'), value: exhibit.seizedWhere },
                  { name: t('exhibit.seizedBy'), value: exhibit.seizedBy },
                  {
                    name: t('exhibit.registered'),
                    value: <Done at={exhibit.registeredAt} by={exhibit.registeredBy} />,
                  },
                ]}
              />
            </Panel>
            <Chain chain={chain} />
            <ChainForm exhibitId={exhibit.exhibitId} chain={chain} />
          </>
        }
      >
        <InventoryPanel exhibitId={exhibit.exhibitId} inventories={inventories} />
        <SummaryPanel exhibitId={exhibit.exhibitId} />
        <EvidenceReport exhibitId={exhibit.exhibitId} report={report} inventory={inventory} />
        {inventory && !isUnderWay(inventory) && <StartInventory exhibitId={exhibit.exhibitId} again />}
      </Columns>
    </>
  );
}
