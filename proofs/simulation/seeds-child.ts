/** One process of the simulation: takes over the machine, then runs the seeds that its parent sends. */
import { MUTATIONS } from './mutations.ts';
import { requireEdges, substitute } from './substitutes.ts';

export interface SeedsRequest {
  readonly adminUrl: string;
  readonly prefix: string;
  readonly mutation: string | null;
}

const request = JSON.parse(process.argv.at(-1) ?? '') as SeedsRequest;
const mutation = MUTATIONS.find(({ name }) => name === request.mutation);
const seen = substitute(mutation);
// Only now, so that what they import is substituted.
const { prepareSeeds } = await import('./seeds.ts');
requireEdges(seen.met);
if (mutation && !seen.mutated) throw new Error(`nothing loads ${mutation.file}`);
const seeds = await prepareSeeds(request);
process.on('disconnect', () => process.exit(0));
// Of Ctrl-C the parent decides.
process.on('SIGINT', () => {});
process.on('message', ({ seed }: { seed: string }) => {
  void seeds.run(seed).then((result) => process.send?.(result));
});
process.send?.({ ready: true });
