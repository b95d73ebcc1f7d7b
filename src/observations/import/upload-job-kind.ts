import { defineJob } from '#platform/jobs.ts';
import type { UploadId } from './upload-store.ts';

/** Imports an upload that is complete. A worker that dies is noticed by its silence; another goes on. */
export const UPLOAD_JOB = defineJob<{ readonly uploadId: UploadId }>('observations.import-upload', {
  retryLimit: 10,
  retryDelaySeconds: 2,
  expireInSeconds: 86_000,
  heartbeatSeconds: 30,
});
