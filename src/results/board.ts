/**
 * The board of an operation: how each country stands, what is due and wrong first. It shows what this
 * node knows: the lead its packages and receipts, the coordinator the reports as well, a national
 * unit itself.
 */
import { contradictions } from '#casework/contradictions.ts';
import type { Report } from '#casework/report-document.ts';
import { imminentRisks, reportsAsOf } from '#casework/report-store.ts';
import { standingRisks } from '#casework/risk-alarm-store.ts';
import { sumTotals, type Totals } from '#casework/types.ts';
import { type CountryCode, countryName } from '#core/countries.ts';
import type { AgencyId } from '#core/ids.ts';
import { deliveries } from '#exchange/deliveries.ts';
import type { Delivery } from '#exchange/types.ts';
import { requireOwnAgency } from '#operations/cards.ts';
import type { Operation, Participant } from '#operations/types.ts';
import { type ReceivedPackage, receivedPackages } from '#packages/received-store.ts';
import { PACKAGE_KIND } from '#packages/send.ts';
import { type Package, packagesOf } from '#packages/store.ts';
import type { Db } from '#platform/tables.ts';
import { alertsOf } from './alerts.ts';
import {
  disseminationClock,
  newestByRecipient,
  type PackageKnowledge,
  packageStanding,
} from './board-packages.ts';
import { type Board, type BoardCountry, PACKAGE_STATES, REPORT_STATES } from './schemas.ts';

/** The board as it stands at `now` on the node whose database this is. */
export async function board(db: Db, operation: Operation, now: Date): Promise<Board> {
  const { agencyId: here } = await requireOwnAgency(db);
  const { operationId, participants } = operation;
  const messages = (await deliveries(db, operationId, now)).filter(({ kind }) => kind === PACKAGE_KIND);
  const reports = await reportsAsOf(db, operationId, now);
  const found = await contradictions(db, operationId, now);
  const sources: Sources = {
    here,
    composed: newestByCountry(await packagesOf(db, operationId)),
    received: newestByCountry(await receivedPackages(db, operationId)),
    newest: newestByRecipient(messages),
    reports: new Map(reports.map((report) => [report.country, report])),
  };
  const countries = participants
    .map((participant) => boardCountry(participant, sources))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const clock = disseminationClock(
    messages,
    participants.map(({ agencyId }) => agencyId),
    now,
  );
  const imminent = await imminentRisks(
    db,
    operationId,
    reports.map(({ reportId }) => reportId),
  );
  const collectsReports = here === operation.coordinator;
  return {
    operationId,
    at: now.toISOString(),
    clock,
    countries,
    packages: countStates(
      PACKAGE_STATES,
      countries.map((country) => country.package.state),
    ),
    reports: countStates(
      REPORT_STATES,
      countries.map((country) => country.report.state),
    ),
    totals: sumTotals(reports.map(({ totals }) => totals)),
    contradictions: found,
    alerts: alertsOf(
      {
        countries,
        clock,
        imminent,
        alarms: await standingRisks(db, operationId),
        contradictions: found,
        collectsReports,
      },
      now,
    ),
  };
}

interface Sources {
  readonly here: AgencyId;
  readonly composed: ReadonlyMap<CountryCode, Package>;
  readonly received: ReadonlyMap<CountryCode, ReceivedPackage>;
  readonly newest: ReadonlyMap<AgencyId, Delivery>;
  readonly reports: ReadonlyMap<CountryCode, Report>;
}

function boardCountry({ country, agencyId }: Participant, sources: Sources): BoardCountry {
  return {
    country,
    name: countryName(country),
    agencyId,
    package: packageStanding(knowledge(country, agencyId, sources)),
    report: reportStanding(sources.reports.get(country)),
  };
}

function knowledge(
  country: CountryCode,
  agencyId: AgencyId,
  { here, composed, received, newest }: Sources,
): PackageKnowledge {
  const made = composed.get(country);
  const came = received.get(country);
  const delivery = newest.get(agencyId);
  return {
    ...(made && {
      composed: {
        state: made.state,
        at: made.sentAt ?? made.approvedAt ?? made.composedAt,
        targets: made.targetCount,
      },
    }),
    ...(came && { received: { at: came.receivedAt, targets: came.targetCount, own: agencyId === here } }),
    ...(delivery && { delivery }),
  };
}

function reportStanding(report: Report | undefined): BoardCountry['report'] {
  if (!report) return { state: 'none', reportId: null, sequence: null, at: null, totals: null };
  const { reportId, sequence, recordedAt, totals } = report;
  return { state: reportState(totals), reportId, sequence, at: recordedAt.toISOString(), totals };
}

/** One word for a country: positive as soon as a suspect is identified; negative or not actionable once nothing else is possible. */
function reportState(totals: Totals): Exclude<BoardCountry['report']['state'], 'none'> {
  if (totals.suspectsIdentified > 0) return 'positive';
  if (totals.negative > 0) return 'negative';
  return totals.targets > 0 && totals.notActionable === totals.targets ? 'not-actionable' : 'pending';
}

/** Lists come newest version first. */
function newestByCountry<T extends { readonly country: CountryCode }>(
  versions: readonly T[],
): Map<CountryCode, T> {
  return new Map(versions.toReversed().map((version) => [version.country, version]));
}

function countStates<State extends string>(
  states: readonly State[],
  found: readonly State[],
): Record<State, number> {
  return Object.fromEntries(
    states.map((state) => [state, found.filter((one) => one === state).length]),
  ) as Record<State, number>;
}
