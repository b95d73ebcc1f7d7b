/** Errors of recall, erasure, new keys, free messages and queries. */
import { conflict, denied, type ErrorKind, notFound, refused } from './error-kind.ts';

export const CORRESPONDENCE_ERRORS = {
  'exchange/document-invalid': refused(
    'The message says something that it cannot mean ({field}). Tell its sender; nothing of it was taken in.',
  ),
  'exchange/reason-missing': refused('Say why, in at most 2,000 characters: the recipients read it.'),
  'exchange/not-recallable': refused(
    'A message of the kind {kind} is not recalled: a report is corrected, a claim withdrawn, an alarm cleared, and a receipt stays true.',
  ),
  'exchange/already-recalled': conflict(
    'The message {messageId} was taken back at {at} already. Nothing was done.',
  ),
  'exchange/already-replaced': conflict(
    'The message {messageId} was replaced by {replacedBy} already. Replace that one.',
  ),
  'exchange/recalled': conflict(
    'The message {messageId} was taken back by its sender; it is not handed over any more.',
  ),
  'exchange/recall-not-sender': conflict(
    'ALARM: {by} takes back the message {messageId}, which {from} sent. It was refused: telephone both agencies.',
  ),
  'exchange/recall-mismatch': conflict(
    'The recall speaks of other content than the message {messageId} has here. Telephone its sender.',
  ),
  'exchange/erased': conflict(
    'The message {messageId} was erased. Only the record that it was here is left.',
  ),
  'exchange/erasure-not-sender': conflict(
    'ALARM: {by} asks to erase the message {messageId}, which {from} sent. It was refused: telephone both agencies.',
  ),
  'exchange/not-erasable': conflict(
    'What a message of the kind {kind} says is part of the record of the case here: it is kept until the case itself is erased.',
  ),
  'exchange/erasure-not-found': notFound(
    'There is no request to erase of the id {request} in this operation.',
  ),
  'exchange/erasure-decided': conflict('The request {request} was decided already. Nothing was changed.'),
  'exchange/certificate-unknown': refused(
    'The certificate from {agency} is about a request that was not sent to them from here.',
  ),
  'agency/no-such-key': notFound(
    'There is no signing key {fingerprint} on the card. See `icarus agency card`.',
  ),
  'agency/signing-key-in-agent': conflict(
    'The key that signs is in an ssh-agent or on a token, and a page cannot make another there. Make it, then name it with `icarus agency rotate --signing --agent-key FILE`. Nothing was changed.',
  ),
  'agency/rotation-unlinked': refused(
    'The new card of {agency} does not go on from the one that is known here. Compare its fingerprints by telephone, then take it with `icarus agency add --replace`.',
  ),
  'casework/package-worked': conflict(
    'The package for {country} was worked here: outcomes, alarms or reports speak of its targets, and figures count them. It is kept until the case itself is erased.',
  ),
  'casework/target-worked': conflict(
    'A target that was to be erased was worked here: outcomes or alarms speak of it. This agency erases it by its own decision, with `icarus erase ask target`.',
  ),
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
  'letter/attachment-disguised': refused(
    '"{name}" is not what its name says: by its content it is {what}. Give it the ending of what it is and attach it again, or leave it out; nothing was sent.',
  ),
  'letter/attachment-not-found': notFound(
    'There is no attachment {attachment}. It may have to be chosen again.',
  ),
  'letter/pass-on-instead': conflict(
    'An attachment came in a letter whose code only its provider’s leave lifts. Pass that letter on instead, so that a second officer sees what goes.',
  ),
  'letter/handling-blocks': denied(
    'This does not go to {recipient}: {provider} sent it under {codes} (message {messageId}). Ask {provider} for leave first.',
  ),
  'letter/leave-needless': refused(
    'No leave is to be given here: nothing keeps the message from {recipient}.',
  ),
  'letter/conditions-invalid': refused(
    'The conditions of the leave cannot be given ({field}): they go with a yes, say something, and end in the future.',
  ),
  'handling/pap-blocks': denied(
    'Under PAP:{level} this is not done ({act}): {provider} gave the message {messageId} so. Ask {provider} for leave first.',
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
