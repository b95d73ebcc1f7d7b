/** Referrals: to ICSE once and only once, to Eurojust when everyone concerned permits it. */
import { MOMENTS } from './scenario.ts';
import { askEurojust } from './steps-eurojust.ts';
import { referSeries, referSeriesAgain } from './steps-icse.ts';
import type { Step } from './story.ts';
import { operationOf, type World } from './world.ts';

export const referrals: Step<World> = {
  id: 'referrals',
  title: 'Referrals go out, once',
  words:
    "Sweden refers a series to Interpol's database; Europol tries the same on its behalf and is refused. Germany asks Eurojust and waits for Denmark's permission.",
  async run(world, run) {
    world.host.clock.moveTo(MOMENTS.referrals);
    const { operationId } = await operationOf(world);
    const at = { operationId, signal: run.signal };
    const outcomes: string[] = [];
    for (const act of [referSeries, referSeriesAgain, askEurojust]) {
      await run.gate();
      outcomes.push(await act(world, at));
      run.progress(outcomes.length, 3, 'referrals');
    }
    return outcomes.join(' ');
  },
};
