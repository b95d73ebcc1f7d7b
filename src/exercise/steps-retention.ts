/** The story's clock: how long operators keep their records, and on which day the packages should leave. */
import { countryName } from '#core/countries.ts';
import { dayWords } from '#observations/retention/clock.ts';
import { bestOf, dateOfDay, pointsOf } from '#observations/retention/curve.ts';
import { newestCurve } from '#observations/retention/curve-store.ts';
import { DEFAULT_TRANSIT_DAYS } from '#observations/retention/freeze-curve.ts';
import { rulesCsv } from '#observations/retention/rule-csv.ts';
import { SEED_2011, seed2011 } from '#observations/retention/seed-2011.ts';
import { deskAt } from './desk-client.ts';
import type { Step } from './story.ts';
import { until } from './wait.ts';
import { leadOf, operationOf, type World } from './world.ts';

export const loadRetention: Step<World> = {
  id: 'retention',
  title: 'The clock is set',
  words: 'How long operators of each state keep their records: the table of 2011, each row with its source.',
  async run(world) {
    const analyst = await deskAt(world, leadOf(world), 'lead-analyst');
    const rules = seed2011();
    await analyst.post('{op}/retention/load', {
      name: SEED_2011,
      csv: rulesCsv(rules),
      reason: 'the table "2011, for exercises"',
    });
    const open = rules.filter(({ verifiedBy }) => verifiedBy === null).length;
    return `${rules.length} rules; ${open} of them nobody has verified.`;
  },
};

export const drawCurve: Step<World> = {
  id: 'freeze-curve',
  title: 'The day is chosen',
  words: 'If packages leave on a day: how many targets can still be identified when they arrive?',
  async run(world, run) {
    const lead = leadOf(world);
    const { operationId } = await operationOf(world);
    const analyst = await deskAt(world, lead, 'lead-analyst');
    const transitDays = DEFAULT_TRANSIT_DAYS;
    await analyst.post('{op}/freeze-curve', { transitDays });
    const scopes = await until(run.signal, async () => {
      const curve = await newestCurve(lead.ctx.db, { operationId, transitDays });
      if (curve?.state === 'failed') throw new Error(`the curve failed: ${curve.errorCode}`);
      run.progress(Math.round((curve?.share ?? 0) * 100), 100, 'per cent');
      return curve?.scopes ?? undefined;
    });
    const everywhere = scopes.find((scope) => scope.everywhere);
    const best = everywhere && bestOf(pointsOf(everywhere));
    if (!best) return 'No target can be identified on any day.';
    const gone = scopes.filter(({ changes, country }) => country !== null && changes.length === 0);
    const nowhere = gone.map(({ country }) => countryName(country ?? '')).join(', ');
    return `Best day ${dayWords(dateOfDay(best.day))}: ${best.identifiable.toLocaleString('en-GB')} of ${everywhere.targets.toLocaleString('en-GB')} targets.${nowhere === '' ? '' : ` No records are kept in ${nowhere}.`}`;
  },
};
