import { useParams } from '@tanstack/react-router';
import { countryName } from '#core/countries.ts';
import type { NetworkDetail } from '#crossmatch/schemas.ts';
import { useNetwork } from '#web/api/hits.ts';
import { t } from '#web/messages/messages.ts';
import { Columns } from '#web/parts/columns.tsx';
import { DataTable } from '#web/parts/data-table.tsx';
import { Empty } from '#web/parts/empty.tsx';
import { Loaded } from '#web/parts/loaded.tsx';
import { PageHead } from '#web/parts/page-head.tsx';
import { Panel } from '#web/parts/panel.tsx';
import { Sheet } from '#web/parts/sheet.tsx';
import { NETWORK_LOOK } from '#web/state/case-looks.ts';
import { StateMark } from '#web/state/state-mark.tsx';
import classes from './decision-history.module.css';
import { HitLink } from './hit-link.tsx';
import { HitMark } from './hit-mark.tsx';
import { MEMBER_COLUMNS } from './member-columns.tsx';
import { networkName } from './network-columns.tsx';
import { NetworkDiagram } from './network-diagram.tsx';

/** One network: its members, and the confirmed hits that hold it together. */
export function NetworkPage() {
  const { networkId } = useParams({ from: '/$agency/hits/networks/$networkId' });
  const network = useNetwork(networkId);
  return <Loaded query={network}>{(data) => <Shown network={data} />}</Loaded>;
}

function Shown({ network }: { network: NetworkDetail }) {
  const { kind, countries, members, hits } = network;
  return (
    <>
      <PageHead
        title={networkName(network)}
        lead={
          <>
            <StateMark look={NETWORK_LOOK[kind]} word={t(`network.${kind}`)} />
            <span>{t('network.personCount', { count: network.persons })}</span>
            <span>{countries.map(countryName).join(', ')}</span>
          </>
        }
      />
      <Columns
        wide
        side={
          <Panel title={t('network.heldBy', { count: hits.length })}>
            <ol className={classes.decisions}>
              {hits.map((hit) => (
                <li key={hit.hitId}>
                  <HitLink hitId={hit.hitId}>{hit.reason}</HitLink>
                  <div>
                    <HitMark hit={hit} />
                  </div>
                  {hit.current && <p className="soft">{hit.current.reason}</p>}
                </li>
              ))}
            </ol>
          </Panel>
        }
      >
        <Panel title={t('network.diagram')}>
          <NetworkDiagram members={members} hits={hits} />
        </Panel>
        <Sheet>
          <DataTable
            name="network-members"
            label={t('network.members')}
            heading={t('network.members')}
            columns={MEMBER_COLUMNS}
            rows={members}
            rowId={({ id }) => id}
            empty={<Empty what={t('list.empty')} />}
          />
        </Sheet>
      </Columns>
    </>
  );
}
