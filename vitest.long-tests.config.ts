import { configDefaults, defineConfig } from 'vitest/config';
import tests, { LONG_TESTS } from './vitest.config.ts';

/**
 * `npm run long-tests`: the exercise as its officers see it in a real browser, a node that cannot do all, every command
 * given by officers who may and who may not, every route and command asked about a closed record, a case worked at the command line, and archives killed at each stage.
 */
export default defineConfig({
  test: { ...tests.test, include: LONG_TESTS, exclude: configDefaults.exclude },
});
