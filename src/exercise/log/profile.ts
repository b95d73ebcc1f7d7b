/** How the synthetic log's columns map onto observations. */
import type { ImportProfile } from '#observations/import/profile.ts';

export const EXERCISE_PROFILE: ImportProfile = {
  name: 'exercise-log',
  version: 1,
  fields: {
    time: { column: 'time' },
    address: { column: 'address' },
    port: { column: 'port' },
    transport: { constant: 'tcp' },
    clientId: { column: 'client_id' },
    software: { column: 'client' },
    fileHash: { column: 'file_hash' },
    fileSize: { column: 'file_size' },
    network: { constant: 'exercise' },
    grade: { column: 'grade' },
  },
  time: { format: 'iso' },
};
