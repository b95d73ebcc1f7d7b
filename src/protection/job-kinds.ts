import { defineJob } from '#platform/jobs.ts';

/** Carries an erasure out: rows, then files, then its end. Each step can be done again. */
export const ERASE_RECORD = defineJob<{ readonly erasureId: string }>('protection.erase', {
  retryLimit: 1000,
  retryDelaySeconds: 5,
});
