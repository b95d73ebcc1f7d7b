/** Errors of the way between two nodes: TLS, pinned keys, chunks. */
import type { ErrorKind } from './error-kind.ts';

export const TRANSPORT_ERRORS = {} as const satisfies Record<string, ErrorKind>;
