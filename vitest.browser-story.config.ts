import { configDefaults, defineConfig } from 'vitest/config';
import tests, { BROWSER_STORY } from './vitest.config.ts';

/** `npm run browser-story`: the exercise as its officers see it, in a real browser, and a node that cannot do all. */
export default defineConfig({
  test: { ...tests.test, include: BROWSER_STORY, exclude: configDefaults.exclude },
});
