/** Errors of four eyes, of signed approvals, and of opening an operation at once. */
import { conflict, denied, type ErrorKind, notFound, refused } from './error-kind.ts';

export const APPROVAL_ERRORS = {
  'access/second-officer-needed': conflict(
    'This needs a second officer: nothing was done. Propose it, with a reason, and let another officer approve it.',
  ),
  'access/signature-needed': denied(
    'Your signature is needed for {things} of what you decide about: use your passkey on the page and do it again, or give the command with --key.',
  ),
  'approval/not-found': notFound(
    'There is no such proposal for you: you have not made it, and your roles do not decide about it.',
  ),
  'approval/reason-missing': refused(
    'Say why, in {least} to {most} characters and without names of persons: the second officer reads it, and it is kept.',
  ),
  'approval/decided': conflict('{by} has decided about this already. Look at it again.'),
  'approval/expired': conflict('The time to approve this, or to use its approval, is over. Propose it anew.'),
  'approval/other-digest': conflict(
    'This is not what you looked at: its digest differs. Open it again and read what it says now.',
  ),
  'approval/missing': denied('Nobody has approved this. Another officer must do so first.'),
  'approval/differs': denied(
    'What would be done now is not what was approved: something changed meanwhile, or somebody else asks. Propose it anew.',
  ),
  'approval/used': conflict('That approval was used: what it allowed is done.'),
  'approval/signatures-wrong': conflict(
    '{count} signatures of officers do not hold: somebody changed what was signed. Keep the database as it is, and tell the auditor.',
  ),
  'access/role-not-granted': refused(
    'The role {role} is nobody’s to grant: it comes with opening an operation for imminent risk, and ends by itself.',
  ),
  'emergency/not-for-role': denied(
    'Whoever serves as administrator or for the press cannot open an operation at once. Tell the operation’s coordinator of the risk.',
  ),
  'emergency/needless': conflict('Your roles open that operation already. Act by them.'),
  'emergency/operation-unknown': notFound(
    'This node has no operation of that name. Write its code name exactly, as its officers use it.',
  ),
  'emergency/reason-missing': refused(
    'Say who is at risk and why it cannot wait, in {least} to {most} characters.',
  ),
  'emergency/not-found': notFound('There is no such access for imminent risk that is yours to act on.'),
  'emergency/justified': conflict('It was justified already, at {at}.'),
  'emergency/reviewed': conflict('It was reviewed and closed already, by {by}.'),
  'emergency/unjustified': conflict(
    'Nobody has justified it yet. Ask the officer, or close it as not justified.',
  ),
  'emergency/own': denied('Nobody reviews his own access. Another auditor or data-protection officer does.'),
} as const satisfies Record<string, ErrorKind>;
