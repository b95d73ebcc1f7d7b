/**
 * Every error a person can meet, in one table: code -> HTTP status -> CLI exit code -> sentence.
 * A sentence says what is wrong, where, and what to do. `{name}` is filled from the error's details.
 */
import { APPROVAL_ERRORS } from './error-codes-approvals.ts';
import { ARCHIVE_ERRORS } from './error-codes-archive.ts';
import { BACKUP_ERRORS } from './error-codes-backup.ts';
import { CASE_ERRORS } from './error-codes-case.ts';
import { COMMAND_ERRORS } from './error-codes-command.ts';
import { CORRESPONDENCE_ERRORS } from './error-codes-correspondence.ts';
import { CUSTODY_ERRORS } from './error-codes-custody.ts';
import { DELIVERY_ERRORS } from './error-codes-delivery.ts';
import { FOUNDATION_ERRORS } from './error-codes-foundation.ts';
import { LAW_ERRORS } from './error-codes-law.ts';
import { LINK_ERRORS } from './error-codes-links.ts';
import { NODE_ERRORS } from './error-codes-node.ts';
import { OBSERVATION_ERRORS } from './error-codes-observations.ts';
import { PROTECTION_ERRORS } from './error-codes-protection.ts';
import { RETENTION_ERRORS } from './error-codes-retention.ts';
import { SEALING_ERRORS } from './error-codes-sealing.ts';
import { SERVICE_ERRORS } from './error-codes-service.ts';
import { SIGN_IN_ERRORS } from './error-codes-sign-in.ts';
import { TRANSPORT_ERRORS } from './error-codes-transport.ts';
import { WORKER_ERRORS } from './error-codes-workers.ts';

export const ERROR_CODES = {
  ...FOUNDATION_ERRORS,
  ...OBSERVATION_ERRORS,
  ...CASE_ERRORS,
  ...LAW_ERRORS,
  ...LINK_ERRORS,
  ...RETENTION_ERRORS,
  ...PROTECTION_ERRORS,
  ...WORKER_ERRORS,
  ...NODE_ERRORS,
  ...ARCHIVE_ERRORS,
  ...BACKUP_ERRORS,
  ...SIGN_IN_ERRORS,
  ...COMMAND_ERRORS,
  ...SERVICE_ERRORS,
  ...APPROVAL_ERRORS,
  ...CUSTODY_ERRORS,
  ...TRANSPORT_ERRORS,
  ...DELIVERY_ERRORS,
  ...CORRESPONDENCE_ERRORS,
  ...SEALING_ERRORS,
};

export type ErrorCode = keyof typeof ERROR_CODES;
