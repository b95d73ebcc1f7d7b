/**
 * Reading routes that ask the database as the node does, each with the reason. Every other one asks it as its officer
 * (src/server/officer-scope.ts): rows of the operation that its address names, else of those that he has a role on,
 * and what row-level security opens to every officer. test/officer-scope.test.ts walks them all.
 */
export const NODE_READINGS: Readonly<Record<string, string>> = {
  'GET /api/sign-in/ways': 'before signing in: nobody is known yet',
  'GET /api/oidc/callback': 'signing in: it makes the session',
  'GET /api/openapi.json': 'asks the database nothing, and nobody has to be signed in',
  'GET /api/account':
    'passkeys, identities and sessions, which no connection of an officer reads: only his own are asked for',
  'GET {op}/custody/state': 'how long the log of the whole node is, and what in it waits: no content',
  'GET /api/crossmatch/holdings/:importId':
    'lines of the agency’s own file that were refused: of no operation, and no hit leads to them',
  'GET /api/approvals': 'proposals of the node are among them: each is asked for against the officer’s roles',
  'GET /api/approvals/:proposalId': 'of one proposal, what the list of them has',
  'GET /api/signatures': 'signatures of the node, for administrators, proven by their passkeys',
  'GET {op}/signatures': 'proven by passkeys, which no connection of an officer reads',
  'GET /api/emergencies':
    'an administrator sees without a role that an operation was opened, and an officer his own when it has ended',
  'GET /api/keys':
    'changes of keys stand in the log of the node, of no operation: only these kinds are asked for',
  'GET /api/condition': 'how the node and its machine are, for administrators',
  'GET /api/service-accounts': 'the register of programs, for administrators',
  'GET /api/account/service-accounts':
    'of the register of programs only those that the officer answers for are asked for',
  'GET /api/officers': 'the register of officers, for administrators',
  'GET /api/events':
    'lives longer than the roles that it began with: each event is asked for against those that its officer has by then',
};
