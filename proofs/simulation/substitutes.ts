/**
 * Which edges of the code under test are substituted, and how rules are broken on purpose. Modules are exchanged
 * as they are loaded, so nothing in the product knows of the simulation.
 */
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutation } from './mutations.ts';
import { ownStateOfLives } from './own-state.ts';

const SOURCE = join(import.meta.dirname, '../../src');

interface Substitute {
  /** The specifier as it is written in an import. */
  readonly of: string;
  /** Imports by files whose path below src/ begins so. */
  readonly by: readonly string[];
  readonly with: string;
}

/** Rooms whose modules keep something of the process that they run in. What others keep holds for every process. */
const KEEPERS = ['custody/', 'exchange/', 'platform/'];

/** What writes the exchange's files, and asks how much room there is for them. */
const DISK = [
  'platform/staging-folder.ts',
  'platform/durable-file.ts',
  'platform/recent-files.ts',
  'platform/free-space.ts',
];

const EDGES: readonly Substitute[] = [
  { of: 'node:fs', by: ['exchange/', ...DISK], with: 'fs.ts' },
  { of: 'node:fs/promises', by: ['exchange/', ...DISK], with: 'fs-promises.ts' },
  {
    of: 'node:crypto',
    by: ['exchange/', 'custody/', ...DISK],
    with: 'crypto.ts',
  },
  { of: '#platform/process-name.ts', by: ['exchange/'], with: 'process-name.ts' },
  { of: '#seal/seal.ts', by: ['exchange/'], with: 'seal.ts' },
  { of: '#seal/open.ts', by: ['exchange/'], with: 'open.ts' },
  { of: './call-peer.ts', by: ['exchange/'], with: 'call-peer.ts' },
];

/** The one module that draws from the global `crypto`. */
const DRAWS_IDS = 'core/ids.ts';
const GLOBAL_CRYPTO = 'the global crypto';

/** Exchanges the edges from now on. @returns which of them were met, and whether the mutation was */
export function substitute(mutation: Mutation | undefined): { readonly met: Set<string>; mutated: boolean } {
  const seen = { met: new Set<string>(), mutated: false };
  registerHooks({
    resolve(specifier, context, next) {
      const by = context.parentURL?.startsWith('file:') ? fileURLToPath(context.parentURL) : '';
      const importer = by.startsWith(SOURCE) ? relative(SOURCE, by) : undefined;
      const edge = EDGES.find(
        (each) => each.of === specifier && importer && each.by.some((begin) => importer.startsWith(begin)),
      );
      if (!edge) return next(specifier, context);
      seen.met.add(edge.of);
      return { url: insteadOf(edge.with), shortCircuit: true };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const file = url.startsWith('file:') ? relative(SOURCE, fileURLToPath(url)) : '';
      if (!file || file.startsWith('..')) return loaded;
      let source = textOf(loaded.source);
      if (file === mutation?.file) {
        source = broken(source, mutation);
        seen.mutated = true;
      }
      if (file === DRAWS_IDS && source.includes('crypto.getRandomValues(')) {
        source = `import { webcrypto as crypto } from '${insteadOf('crypto.ts')}';\n${source}`;
        seen.met.add(GLOBAL_CRYPTO);
      }
      if (KEEPERS.some((room) => file.startsWith(room))) source = ownStateOfLives(source, file);
      return { ...loaded, source };
    },
  });
  return seen;
}

function insteadOf(file: string): string {
  return pathToFileURL(join(import.meta.dirname, 'instead', file)).href;
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray | null | undefined): string {
  return typeof source === 'string' ? source : Buffer.from((source ?? '') as Uint8Array).toString('utf8');
}

/** @throws where the rule is no longer written so */
function broken(source: string, { name, file, edits }: Mutation): string {
  return edits.reduce((text, { find, replace }) => {
    if (!text.includes(find)) throw new Error(`the mutation ${name} does not fit: ${file} has changed`);
    return text.replace(find, () => replace);
  }, source);
}

/** @throws where an edge was never met: then the code under test reaches the machine itself */
export function requireEdges(met: ReadonlySet<string>): void {
  const missed = [...EDGES.map(({ of }) => of), GLOBAL_CRYPTO].filter((of) => !met.has(of));
  if (missed.length > 0)
    throw new Error(`nothing imports ${missed.join(', ')} any more: adapt substitutes.ts`);
}
