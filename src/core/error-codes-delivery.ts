/** Errors of deadlines, receipts and reconciliation. */
import { conflict, type ErrorKind, notFound, refused } from './error-kind.ts';

export const DELIVERY_ERRORS = {
  'exchange/not-opened': conflict(
    'Message {messageId} is not opened here. Take note of it when it is; the list of messages says what it waits for.',
  ),
  'exchange/noted-already': conflict(
    'An officer here has taken note of {messageId} already. Its sender has the statement; nothing was changed.',
  ),
  'exchange/reconciliation-invalid': refused(
    'The statement of the other agency is not of its form ({field}). Ask them to make it again; nothing was compared.',
  ),
  'exchange/reconciliation-not-found': notFound(
    'No statement of {agency} has been compared here. Ask them for one with `icarus reconcile {agency} --ask`.',
  ),
} as const satisfies Record<string, ErrorKind>;
