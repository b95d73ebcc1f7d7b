/** What the node cannot do at the moment, on every page. */
export const condition = {
  'condition.label': 'Condition of the node',
  'condition.unavailable':
    'The node cannot reach its database: nothing can be read or changed. What was confirmed is kept. This page goes on by itself when it is back.',
  'condition.read-only':
    'The disk of the node is nearly full: you can read, sign in and raise an alarm, not change anything else. Tell your administrator.',
  'condition.unreachable':
    'The node does not answer. What you see may be old; this page goes on by itself when it is back.',
  'condition.degraded': 'Something on this node is to be seen to.',
} as const;
