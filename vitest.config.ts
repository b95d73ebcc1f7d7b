import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

// What workers and commands compile is compiled once.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'compiled');

/** `npm run long-tests`: together they take as long as all other tests do, so that these stay quick. */
export const LONG_TESTS = [
  'test/browser-story.test.ts',
  'test/browser-condition.test.ts',
  'src/cli/journey.test.ts',
  'src/cli/break-glass.test.ts',
  'test/access-commands.test.ts',
  'test/closed-walk.test.ts',
  'src/assembly/archive/killed.test.ts',
];

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'proofs/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...LONG_TESTS],
    globalSetup: ['test/setup-database.ts'],
    pool: 'forks',
    // Tests keep nothing in their modules: a worker loads the house once, not once for each file.
    isolate: false,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
