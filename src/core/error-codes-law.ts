/** Errors of what the law asks of every reading: a reason, and a way in for an emergency that is looked at after. */
import { conflict, denied, type ErrorKind, refused } from './error-kind.ts';

export const LAW_ERRORS = {
  'consultation/reason-required': denied(
    'What you ask for shows personal data: say first why you open this operation. The page asks you once; on the command line give --reason TEXT.',
  ),
  'consultation/reason-empty': refused(
    'The {what} says too little or too much: give {least} to {most} characters, in words that an auditor understands.',
  ),
  'consultation/altered': conflict(
    'Readings were changed outside Icarus: {batches} no longer hold what the custody log states. Keep the database as it is and tell the data-protection officer.',
  ),
} as const satisfies Record<string, ErrorKind>;
