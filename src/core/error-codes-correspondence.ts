/** Errors of recall, erasure, new keys, free messages and queries. */
import type { ErrorKind } from './error-kind.ts';

export const CORRESPONDENCE_ERRORS = {} as const satisfies Record<string, ErrorKind>;
