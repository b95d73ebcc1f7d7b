/**
 * Which edges of the code under test are substituted, and how rules are broken on purpose. Modules are exchanged
 * as they are loaded, so nothing in the product knows of the simulation.
 */
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Mutation } from './mutations.ts';

const SOURCE = join(import.meta.dirname, '../../src');

interface Substitute {
  /** The specifier as it is written in an import. */
  readonly of: string;
  /** Imports by files whose path below src/ begins so. */
  readonly by: readonly string[];
  readonly with: string;
}

/** What writes the exchange's files. */
const DISK = ['platform/staging-folder.ts', 'platform/durable-file.ts'];

const EDGES: readonly Substitute[] = [
  { of: 'node:fs', by: ['exchange/', ...DISK], with: 'fs.ts' },
  { of: 'node:fs/promises', by: ['exchange/', ...DISK], with: 'fs-promises.ts' },
  {
    of: 'node:crypto',
    by: ['exchange/', 'custody/', 'core/ids.ts', ...DISK],
    with: 'crypto.ts',
  },
  { of: '#platform/process-name.ts', by: ['exchange/'], with: 'process-name.ts' },
  { of: '#seal/seal.ts', by: ['exchange/'], with: 'seal.ts' },
  { of: '#seal/open.ts', by: ['exchange/'], with: 'open.ts' },
  { of: './call-peer.ts', by: ['exchange/'], with: 'call-peer.ts' },
];

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
      return { url: pathToFileURL(join(import.meta.dirname, 'instead', edge.with)).href, shortCircuit: true };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (!mutation || !url.startsWith('file:')) return loaded;
      if (relative(SOURCE, fileURLToPath(url)) !== mutation.file) return loaded;
      const bytes = loaded.source ?? '';
      let source = typeof bytes === 'string' ? bytes : Buffer.from(bytes as Uint8Array).toString('utf8');
      for (const { find, replace } of mutation.edits) {
        if (!source.includes(find))
          throw new Error(`the mutation ${mutation.name} does not fit: ${mutation.file} has changed`);
        source = source.replace(find, () => replace);
      }
      seen.mutated = true;
      return { ...loaded, source };
    },
  });
  return seen;
}

/** @throws where an edge was never met: then the code under test reaches the machine itself */
export function requireEdges(met: ReadonlySet<string>): void {
  const missed = EDGES.filter(({ of }) => !met.has(of)).map(({ of }) => of);
  if (missed.length > 0)
    throw new Error(`nothing imports ${missed.join(', ')} any more: adapt substitutes.ts`);
}
