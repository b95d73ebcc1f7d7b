import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

// What workers and commands compile is compiled once.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'compiled');

/** The story in a browser takes as long as a third of all other tests: with what waits long it is a command of its own. */
export const BROWSER_STORY = ['test/browser-story.test.ts', 'test/browser-condition.test.ts'];

/** Killing whoever archives or restores at each stage, with servers of their own: a command of its own too. */
export const ARCHIVE_KILLS = ['src/assembly/archive/killed.test.ts'];

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'proofs/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...BROWSER_STORY, ...ARCHIVE_KILLS],
    globalSetup: ['test/setup-database.ts'],
    pool: 'forks',
    // Tests keep nothing in their modules: a worker loads the house once, not once for each file.
    isolate: false,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
