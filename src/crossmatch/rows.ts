/** Records as they leave through the routes: times as text, arrays that the schemas own. */
import { type Decided, type Hit, type HitSide, mayDisseminate, reasonOf, standingOf } from './hit.ts';
import type { CommonValue } from './hit-store.ts';
import type { HoldingsImport, StoredMapping } from './holdings-store.ts';
import type { Network } from './networks.ts';
import type {
  DecisionRow,
  HitDetail,
  HitRow,
  HitSideRow,
  HitsPage,
  HoldingsImportRow,
  MappingRow,
  NetworkDetail,
  NetworkRow,
} from './schemas.ts';
import type { Information } from './types.ts';

export function mappingRow({ createdAt, ...row }: StoredMapping): MappingRow {
  return { ...row, createdAt: createdAt.toISOString() };
}

export function importRow({ importedAt, ...row }: HoldingsImport): HoldingsImportRow {
  return { ...row, ...informationRow(row), importedAt: importedAt.toISOString() };
}

function informationRow({ evaluation, handling, category }: Information) {
  return { evaluation, handling: { codes: [...handling.codes], text: handling.text }, category };
}

function memberRow(side: Omit<HitSide, 'selectors'>) {
  const { kind, id, agencyId, country, reference, source, network, targetId } = side;
  return { kind, id, agencyId, country, reference, source, network, targetId, ...informationRow(side) };
}

function sideRow(side: HitSide): HitSideRow {
  return { ...memberRow(side), selectors: [...side.selectors] };
}

export function decisionRow({ decidedAt, ...decided }: Decided): DecisionRow {
  return { ...decided, decidedAt: decidedAt.toISOString() };
}

export function hitRow(hit: Hit): HitRow {
  return {
    hitId: hit.hitId,
    foundAt: hit.foundAt.toISOString(),
    standing: standingOf(hit),
    reason: reasonOf(hit),
    sides: hit.sides.map(sideRow),
    current: hit.current ? decisionRow(hit.current) : null,
    grownSince: hit.grownSince,
  };
}

export function hitDetail(hit: Hit, history: readonly Decided[]): HitDetail {
  const { sides, notes, ...whole } = mayDisseminate(hit);
  return {
    ...hitRow(hit),
    history: history.map(decisionRow),
    dissemination: { ...whole, sides: [...sides], notes: [...notes] },
  };
}

export function commonValueRow({ foundAt, ...row }: CommonValue): HitsPage['tooCommon'][number] {
  return { ...row, foundAt: foundAt.toISOString() };
}

export function networkRow(network: Network): NetworkRow {
  const { networkId, kind, names, persons, countries, members, hits } = network;
  return {
    networkId,
    kind,
    names: [...names],
    persons,
    countries: [...countries],
    members: members.length,
    hits: hits.length,
  };
}

export function networkDetail(network: Network): NetworkDetail {
  return { ...networkRow(network), members: network.members.map(memberRow), hits: network.hits.map(hitRow) };
}
