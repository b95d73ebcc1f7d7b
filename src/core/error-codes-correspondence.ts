/** Errors of recall, erasure, new keys, free messages and queries. */
import { conflict, denied, type ErrorKind, notFound, refused } from './error-kind.ts';

export const CORRESPONDENCE_ERRORS = {
  'letter/invalid': refused('The message cannot be sent: {field} is missing or contradicts the rest.'),
  'letter/malformed': refused(
    'The message says something that it cannot mean ({field}). Tell its sender; nothing of it was taken in.',
  ),
  'letter/not-found': notFound(
    'There is no message {messageId} in this operation. Check the id in the list.',
  ),
  'letter/not-received': refused(
    'The message {messageId} was sent from here: write anew instead of passing it on.',
  ),
  'letter/erased': conflict(
    'What the message {messageId} said was erased at the request of its sender. Only the record that it was here is left.',
  ),
  'letter/attachment-name': refused(
    'A file called "{name}" cannot be attached: not every system can unpack that name. Rename it and attach it again.',
  ),
  'letter/attachment-not-found': notFound(
    'There is no attachment {attachment}. It may have to be chosen again.',
  ),
  'letter/handling-blocks': denied(
    'This does not go to {recipient}: {provider} sent it under {codes} (message {messageId}). Ask {provider} for leave first.',
  ),
  'letter/leave-needless': refused(
    'No leave is to be given here: nothing keeps the message from {recipient}.',
  ),
  'letter/leave-unanswered': refused('This query asks for leave. Say whether it is granted or not.'),
  'letter/not-a-query': refused(
    'The message {messageId} is not a query that came here: there is nothing to answer.',
  ),
  'letter/query-unknown': refused(
    'The answer from {agency} is to a query that was not sent to them from here.',
  ),
  'letter/not-provider': refused(
    'The message that leave is asked for was not sent by {agency}. Ask the agency that provided it.',
  ),
} as const satisfies Record<string, ErrorKind>;
