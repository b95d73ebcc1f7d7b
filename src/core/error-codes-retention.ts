/** Errors of the retention clock: rules, requests for preservation, the freeze curve. */
import { conflict, type ErrorKind, notFound, refused } from './error-kind.ts';

export const RETENTION_ERRORS = {
  'retention/rule-invalid': refused(
    'The rule was not entered: {reason}. Correct it and enter it again; nothing was changed.',
  ),
  'retention/file-invalid': refused(
    'The table {path} was not loaded, line {line}: {reason}. Correct the line and load it again; nothing was changed.',
  ),
  'retention/rules-overlap': conflict(
    'Two rules for {scope} would be in force at the same time. Say from when the one and until when the other holds; nothing was changed.',
  ),
  'retention/rule-not-found': notFound(
    'There is no rule {rule} in this table. List them with `icarus retention list`.',
  ),
  'retention/changed-meanwhile': conflict(
    'Somebody changed this rule since you looked at it. Look again and decide anew; nothing was changed.',
  ),
  'retention/period-invalid': refused(
    'The period of preservation is not valid: {reason}. It begins when the request was sent and lasts at most 90 days; renew it before it ends.',
  ),
  'retention/request-not-found': notFound(
    'The package holds no request for preservation named {request}. List them with `icarus preservation list`.',
  ),
  'retention/file-not-written': conflict(
    'The file {path} was not written: {reason}. Choose another name or place; nothing was changed.',
  ),
} as const satisfies Record<string, ErrorKind>;
