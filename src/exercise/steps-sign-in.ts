/** Where officers sign in: each of them enrols and signs in before anything else; persons come by the administrators. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEnrolment } from '#access/sign-in/enrolment.ts';
import { passkeysOf } from '#access/sign-in/passkey-store.ts';
import { ADMINISTRATORS, desksOf, officerAt } from './desks.ts';
import { entryOf } from './entry.ts';
import { SYSTEM } from './nodes.ts';
import { AGENCIES } from './scenario.ts';
import type { Step } from './story.ts';
import { nodeOf, type World } from './world.ts';

export const signIn: Step<World> = {
  id: 'sign-in',
  title: 'Officers sign in',
  words:
    'Each officer makes a passkey with the one-time code of his administrator and signs in with it. There is no other way in.',
  async run(world, run) {
    const entry = entryOf(world.host);
    let officers = 0;
    for (const [index, agency] of AGENCIES.entries()) {
      run.signal.throwIfAborted();
      run.progress(index, AGENCIES.length, 'agencies');
      const node = nodeOf(world, agency.agencyId);
      for (const { desk } of desksOf(agency, world.host)) {
        const officerId = officerAt(agency.agencyId, desk);
        world.sessions.set(officerId, await entry.comeIn(node, officerId));
        officers++;
      }
    }
    await writeCodes(world);
    return `${officers} officers, each of one role, made a passkey and signed in.`;
  },
};

/** The codes with which persons who take part make their passkeys as administrators; for whoever runs the exercise. */
async function writeCodes(world: World): Promise<void> {
  const lines = ['agency,officer,code'];
  for (const { agencyId } of AGENCIES) {
    const { ctx } = nodeOf(world, agencyId);
    for (const { desk } of ADMINISTRATORS) {
      const officerId = officerAt(agencyId, desk);
      if ((await passkeysOf(ctx.db, officerId)).length > 0) continue;
      const { code } = await makeEnrolment(ctx, SYSTEM, officerId);
      lines.push(`${agencyId},${officerId},${code}`);
    }
  }
  await writeFile(join(world.host.home, 'administrators.csv'), `${lines.join('\n')}\n`, { mode: 0o600 });
}
