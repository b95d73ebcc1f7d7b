/**
 * Metrics of a node's process in the text format of OpenMetrics 1.0. Labels are patterns of routes, classes of
 * statuses and names of checks: no id, no name, no agency, nothing of a case.
 */
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  openMetricsContentType,
  Registry,
} from 'prom-client';
import { readStanding } from '#assembly/archive/standing.ts';
import type { Figures } from '#assembly/condition/figures.ts';
import { CHECKS, type Condition } from '#assembly/condition/types.ts';
import type { ConditionWatch } from '#assembly/condition/watch.ts';
import { diskSpace } from '#platform/free-space.ts';
import type { RequestMeter } from './request-meter.ts';

export interface NodeMetrics extends RequestMeter {
  readonly contentType: string;
  /** All of them, as they stand now. */
  text(): Promise<string>;
}

/** Figures as gauges: name, help. */
const GAUGES: Readonly<Record<keyof Figures, readonly [name: string, help: string]>> = {
  outboxWaiting: ['outbox_waiting', 'Hand-overs that wait.'],
  outboxOldestSeconds: ['outbox_oldest_seconds', 'Age of the oldest hand-over that waits.'],
  receiptsOverdue: [
    'receipts_overdue',
    'Recipients whose receipt is not here although the deadline is over.',
  ],
  inboxWaiting: ['inbox_waiting', 'Messages that came and are not opened yet.'],
  jobsWaiting: ['jobs_waiting', 'Jobs that wait.'],
  jobsActive: ['jobs_active', 'Jobs that run.'],
  jobsFailed: ['jobs_failed', 'Jobs that failed for good.'],
  oldestDueSeconds: ['jobs_oldest_due_seconds', 'For how long the oldest job that is due has waited.'],
  workers: ['worker_sessions', 'Database sessions of processes that run jobs.'],
  logSize: ['custody_log_size', 'Events that have a number in the custody log.'],
  logWaiting: ['custody_log_waiting', 'Events that wait for their number.'],
  logWaitingSeconds: ['custody_log_waiting_seconds', 'Age of the oldest event that waits for its number.'],
  checkpointAgeSeconds: ['custody_checkpoint_age_seconds', 'Age of the newest signed checkpoint.'],
  forksOpen: ['custody_forks_open', 'Contradictions of custody logs that nobody has settled.'],
  emergenciesStanding: [
    'emergencies_standing',
    'Operations opened at once for imminent risk, not reviewed yet.',
  ],
  emergenciesOverdue: ['emergencies_overdue', 'Those of them that nobody has justified in time.'],
  poolOpen: ['database_pool_open', 'Connections of this process to the database.'],
  poolIdle: ['database_pool_idle', 'Those that are idle.'],
  poolWaiting: ['database_pool_waiting', 'Requests that wait for a connection.'],
};

/** From a page's ping to the longest that a read may take. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

export function nodeMetrics(watch: ConditionWatch): NodeMetrics {
  const registry = new Registry<typeof openMetricsContentType>();
  registry.setContentType(openMetricsContentType);
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Counter({
    name: 'icarus_requests_total',
    help: 'Requests answered, by route and class of status.',
    labelNames: ['route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'icarus_request_seconds',
    help: 'From the request to the end of its answer.',
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name: `icarus_${name}`, help, registers });
  const figures = Object.entries(GAUGES).map(
    ([figure, [name, help]]) => [figure as keyof Figures, gauge(name, help)] as const,
  );
  const checks = new Gauge({
    name: 'icarus_check',
    help: '1: in order. 0.5: to be seen to. 0: failed.',
    labelNames: ['check'],
    registers,
  });
  const free = gauge('disk_free_bytes', 'Free space on the fuller disk of the node.');
  const reserve = gauge('disk_reserve_bytes', 'Free space below which nothing new is taken in.');
  const apart = gauge(
    'clock_apart_seconds',
    'Largest difference from the database or a partner heard lately.',
  );
  const archived = gauge('archive_age_seconds', 'Age of the last moment that the archive gives back.');
  const jumps = gauge('clock_jumps', 'How often the clock of the machine jumped since the start.');
  return {
    contentType: registry.contentType,
    answered(route, status, seconds) {
      requests.inc({ route, status: `${Math.floor(status / 100)}xx` });
      durations.observe({ route }, seconds);
    },
    async text() {
      const { condition, figures: counted } = await watch.look();
      for (const [figure, shown] of figures) {
        const value = counted?.[figure];
        // What is not known is left out, not zero.
        if (typeof value === 'number') shown.set(value);
        else shown.remove();
      }
      for (const name of CHECKS) setCheck(checks, name, condition);
      const { freeBytes, reserveBytes } = await diskSpace(watch.ctx);
      free.set(freeBytes);
      reserve.set(reserveBytes);
      const clocks = watch.clocks.state();
      apart.set(Math.max(0, ...clocks.differences.map(({ aheadMs }) => Math.abs(aheadMs) / 1000)));
      jumps.set(clocks.jumps);
      const { until = null } = (await readStanding(watch.ctx.paths.home)) ?? {};
      if (until === null) archived.remove();
      else archived.set(Math.max(0, (watch.ctx.clock.now().getTime() - Date.parse(until)) / 1000));
      return registry.metrics();
    },
  };
}

const CHECK_VALUES = { ok: 1, degraded: 0.5, failed: 0 } as const;

function setCheck(gauge: Gauge<'check'>, check: (typeof CHECKS)[number], { checks }: Condition): void {
  const found = checks.find(({ name }) => name === check);
  if (found) gauge.set({ check }, CHECK_VALUES[found.state]);
  else gauge.remove({ check });
}
