import { configDefaults, defineConfig } from 'vitest/config';
import tests, { ARCHIVE_KILLS } from './vitest.config.ts';

/** `npm run archive-kills`: what archives or restores is killed at each stage, and begun again. */
export default defineConfig({
  test: { ...tests.test, include: ARCHIVE_KILLS, exclude: configDefaults.exclude },
});
