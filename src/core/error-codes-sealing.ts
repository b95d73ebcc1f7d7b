/** Errors of keys on agents and tokens, and sealed files outside any node. */
import { conflict, type ErrorKind, refused, unavailable } from './error-kind.ts';

export const SEALING_ERRORS = {
  'seal/browser-without-room': unavailable(
    'The package holds about {megabytes} MB, and this browser gives the page no room on the disk to check it in first. Open the page from the node, use Chromium, Edge or Firefox outside a private window, or open the file with `icarus package open`.',
  ),
  'seal/page-not-built': unavailable(
    'The page that opens sealed files was not built in this installation. Run `npm run build`, then try again.',
  ),
  'seal/key-needs-agent': refused(
    'The signing key does not sign from its file: {reason}. Load it into an ssh-agent with `ssh-add`, and set the node up with `icarus init --signing-key-agent` and its fingerprint (docs/keys.md).',
  ),
  'signing/no-agent': unavailable(
    'The signing key of this node is in an ssh-agent, and none is named. Start it, then set SSH_AUTH_SOCK, or ICARUS_SIGNING_AGENT to the path of its socket.',
  ),
  'signing/agent-unreachable': unavailable(
    'The ssh-agent at {socket} does not answer: {reason}. Start it, load the key with `ssh-add`, then try again; nothing was signed.',
  ),
  'signing/agent-answer-invalid': unavailable(
    'The ssh-agent answered with something that is no signature by the key of this node. Nothing was signed; check which program listens on its socket, then try again.',
  ),
  'signing/agent-refused': unavailable(
    'The ssh-agent holds the key {fingerprint} but did not sign with it: nobody confirmed it or touched the token, or the token was taken out. Nothing was signed; try again.',
  ),
  'signing/key-not-in-agent': unavailable(
    'The ssh-agent does not hold the key {fingerprint}, or is locked. Look with `ssh-add -l`; load the key with `ssh-add FILE`, a token with `ssh-add -s LIBRARY`, then try again.',
  ),
  'signing/key-file-there': conflict(
    'There is a signing key in the file {path} already, which this node would sign with. Move it away to set the node up with a key in an agent; nothing was changed.',
  ),
} as const satisfies Record<string, ErrorKind>;
