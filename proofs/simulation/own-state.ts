/**
 * What a module keeps beside its functions is a process's own, and ends with it. All simulated processes share
 * the modules of one real process, so there each life gets such a collection for itself.
 */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PER_LIFE = pathToFileURL(join(import.meta.dirname, 'instead/per-life.ts')).href;
const DECLARED = /^((?:export )?const \w+(?:: [^=]+)? = )(new (?:Weak)?(?:Map|Set)(?:<.*>)?\(\));$/gm;

/** A module's source whose collections are each life's own. @throws where it keeps state in another form */
export function ownStateOfLives(source: string, file: string): string {
  if (/^(?:export )?let /m.test(source))
    throw new Error(`${file} keeps state that lives would share: adapt own-state.ts`);
  const own = source.replace(
    DECLARED,
    (_all, name: string, made: string) => `${name}perLife(() => ${made});`,
  );
  return own === source ? source : `import { perLife } from '${PER_LIFE}';\n${own}`;
}
