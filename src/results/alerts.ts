/** What is due and what is wrong, most urgent first: whom to call. Pure. */

import type { ImminentRisk } from '#casework/report-store.ts';
import type { RiskAlarm } from '#casework/risk-alarm-store.ts';
import type { Contradiction } from '#casework/schemas.ts';
import { DAY_MS, HOUR_MS } from '#core/clock.ts';
import { countryName } from '#core/countries.ts';
import { ALERT_KINDS, type Alert, type BoardCountry, type DisseminationClock } from './schemas.ts';

/** A receipt that is still out this long before the deadline is called for. */
const RECEIPT_DUE_MS = 6 * HOUR_MS;
/** A country that has said nothing this long after it received its package is asked. */
const REPORT_EXPECTED_MS = 30 * DAY_MS;

export interface AlertSources {
  readonly countries: readonly BoardCountry[];
  readonly clock: DisseminationClock;
  readonly imminent: readonly ImminentRisk[];
  /** Alarms that stand raised, whoever raised them. */
  readonly alarms: readonly RiskAlarm[];
  readonly contradictions: readonly Contradiction[];
  /** Reports of all countries come here; elsewhere a missing one means nothing. */
  readonly collectsReports: boolean;
}

export function alertsOf(sources: AlertSources, now: Date): Alert[] {
  const alerts = [
    ...sources.alarms.map(alarm),
    ...sources.imminent
      .filter(({ targetId }) => !sources.alarms.some((raised) => raised.targetId === targetId))
      .map(imminentRisk),
    ...sources.countries.flatMap((country) => packageAlerts(country, sources.clock, now)),
    ...sources.contradictions.map(
      ({ country, words, reportId }): Alert => ({
        kind: 'contradiction',
        country,
        words,
        opens: { page: 'report', id: reportId },
        dueAt: null,
      }),
    ),
    ...(sources.collectsReports ? sources.countries.flatMap((country) => reportMissing(country, now)) : []),
  ];
  return alerts.sort(
    (a, b) => ALERT_KINDS.indexOf(a.kind) - ALERT_KINDS.indexOf(b.kind) || (a.country < b.country ? -1 : 1),
  );
}

function alarm({ country, raisedByAgency, targetId }: RiskAlarm): Alert {
  const words = `${countryName(country)}: ${raisedByAgency} says that somebody may be harmed now. Call the national unit.`;
  return { kind: 'imminent-risk', country, words, opens: { page: 'target', id: targetId }, dueAt: null };
}

function imminentRisk({ country, reportId }: ImminentRisk): Alert {
  const words = `${countryName(country)}: a target is flagged as imminent risk and has no result yet. Call the national unit.`;
  const opens =
    reportId === null ? { page: 'country' as const, id: country } : { page: 'report' as const, id: reportId };
  return { kind: 'imminent-risk', country, words, opens, dueAt: null };
}

function packageAlerts(
  { country, name, package: standing }: BoardCountry,
  clock: DisseminationClock,
  now: Date,
): Alert[] {
  const alert = (kind: Alert['kind'], words: string, dueAt: string | null = null): Alert[] => [
    { kind, country, words: `${name}: ${words}`, opens: { page: 'package', id: country }, dueAt },
  ];
  const { deadlineAt } = clock;
  const waits = standing.state === 'sent' || standing.state === 'received';
  const left = deadlineAt === null ? Infinity : Date.parse(deadlineAt) - now.getTime();
  if (standing.state === 'refused')
    return alert('package-refused', `the package was refused. ${standing.refusal ?? ''}`.trim());
  if (standing.state === 'overdue')
    return alert('receipt-overdue', 'no receipt for the package, and the time is over.', standing.at);
  if (waits && left < RECEIPT_DUE_MS)
    return alert('receipt-due', 'no receipt for the package yet.', deadlineAt);
  if (standing.state === 'none' && clock.startedAt !== null)
    return alert('package-missing', 'other countries have their package, this one has none.', deadlineAt);
  return [];
}

function reportMissing({ country, name, package: standing, report }: BoardCountry, now: Date): Alert[] {
  if (report.state !== 'none' || standing.state !== 'acknowledged' || standing.at === null) return [];
  const dueAt = Date.parse(standing.at) + REPORT_EXPECTED_MS;
  if (dueAt > now.getTime()) return [];
  const words = `${name}: no report since the package was received.`;
  return [
    {
      kind: 'report-missing',
      country,
      words,
      opens: { page: 'country', id: country },
      dueAt: new Date(dueAt).toISOString(),
    },
  ];
}
