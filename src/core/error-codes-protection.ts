/** Errors of reviews, holds, erasure and answers to persons. */
import { conflict, type ErrorKind, notFound, refused } from './error-kind.ts';

export const PROTECTION_ERRORS = {
  'protection/record-not-found': notFound(
    'There is no {kind} {record} here in this operation. Look it up with `icarus review list`.',
  ),
  'protection/nothing-asked': refused(
    'Say whom it is about: a target, a client id, an address with a time, or a value such as an e-mail or phone.',
  ),
  'protection/rules-invalid': refused(
    'The file holds no table of review rules: {place}. See docs/review-and-erasure.md for its form; nothing was loaded.',
  ),
  'protection/keep-too-long': refused(
    'It can be kept until {latest} by this decision, one period of the rule, and then be reviewed again. Name that day or an earlier one.',
  ),
  'protection/date-over': refused('The time given is over. Name one that is still to come.'),
  'protection/held': conflict(
    'A legal hold of {by} until {until} covers it. Nothing is erased before the hold ends or is released.',
  ),
  'protection/hold-not-found': notFound(
    'There is no such hold that stands. Look it up with `icarus hold list`.',
  ),
  'protection/erasure-open': conflict(
    'Its erasure was asked for already, as {erasure}. Approve or refuse that one.',
  ),
  'protection/erasure-not-found': notFound('There is no such erasure. Look it up with `icarus erase list`.'),
  'protection/erasure-decided': conflict('The erasure {erasure} was decided already; nothing was changed.'),
  'protection/other-digest': conflict(
    'What is asked for is not what you looked at: its digest differs. Look at {erasure} again.',
  ),
  'protection/transactions-open': conflict(
    'Transactions that began before were still open after {seconds} seconds ({who}), and can see what was erased. Nothing was written anew; end them, and run the command again.',
  ),
  'protection/restriction-missing': refused(
    'A partial answer or a refusal names the interest that restricts it, a to e of Article 15(1), and says why in words.',
  ),
} as const satisfies Record<string, ErrorKind>;
