/** Errors of the custody log, its proofs and its witnesses. */
import type { ErrorKind } from './error-kind.ts';

export const CUSTODY_ERRORS = {} as const satisfies Record<string, ErrorKind>;
