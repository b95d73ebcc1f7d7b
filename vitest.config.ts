import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// What workers and commands compile is compiled once.
process.env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, 'node_modules', '.cache', 'compiled');

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts', 'proofs/**/*.test.ts'],
    globalSetup: ['test/setup-database.ts'],
    pool: 'forks',
    // Tests keep nothing in their modules: a worker loads the house once, not once for each file.
    isolate: false,
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
