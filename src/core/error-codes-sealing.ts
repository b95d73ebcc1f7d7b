/** Errors of keys on agents and tokens, and sealed files outside any node. */
import type { ErrorKind } from './error-kind.ts';

export const SEALING_ERRORS = {} as const satisfies Record<string, ErrorKind>;
