/** One error: what a program sees (status, exit code), and what a person reads. */
export interface ErrorKind {
  readonly status: number;
  /**
   * 1 unexpected, 2 wrong command, 3 not found, 4 input refused, 5 conflict with what is recorded,
   * 6 not permitted, 7 a resource is missing (database, disk, peer).
   */
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly sentence: string;
}

export const refused = (sentence: string): ErrorKind => ({ status: 422, exit: 4, sentence });
export const notFound = (sentence: string): ErrorKind => ({ status: 404, exit: 3, sentence });
export const conflict = (sentence: string): ErrorKind => ({ status: 409, exit: 5, sentence });
export const denied = (sentence: string): ErrorKind => ({ status: 403, exit: 6, sentence });
export const unavailable = (sentence: string): ErrorKind => ({ status: 503, exit: 7, sentence });
export const usage = (sentence: string): ErrorKind => ({ status: 400, exit: 2, sentence });
