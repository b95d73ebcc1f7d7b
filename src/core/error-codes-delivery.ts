/** Errors of deadlines, receipts and reconciliation. */
import type { ErrorKind } from './error-kind.ts';

export const DELIVERY_ERRORS = {} as const satisfies Record<string, ErrorKind>;
