/** Errors of the way between two nodes: TLS, pinned keys, chunks. */
import { conflict, denied, type ErrorKind, refused, unavailable, usage } from './error-kind.ts';

export const TRANSPORT_ERRORS = {
  // what the node that sends sees
  'transport/pin-mismatch': unavailable(
    "The node that answers at the address of {agency} shows a TLS key that is not on {agency}'s card; nothing was sent. Ring {agency}: if they changed their key, add their new card; if they did not, somebody else answers there.",
  ),
  'transport/pin-without-tls': unavailable(
    'The card of {agency} pins TLS keys, but its address begins with http. Ask {agency} for a card with an https address; nothing was sent.',
  ),
  'transport/no-tls-key': unavailable(
    'This node has no TLS key to show to {agency}. Set ICARUS_EXCHANGE_PORT, or ICARUS_TLS_KEY and ICARUS_TLS_CERTIFICATE, and start it again.',
  ),
  'transport/tls-failed': unavailable(
    'No TLS 1.3 connection to {agency} came about. Ask {agency} whether their proxy or server takes TLS 1.3 and shows a certificate that holds; it is tried again by itself.',
  ),
  'transport/address-refused': unavailable(
    'This node does not connect to {host}: {reason}. Correct the address, or let the administrator name the network in ICARUS_OUTGOING_NETWORKS.',
  ),
  // what the node that is called answers
  'transport/tls-required': denied(
    'This node takes messages on its port for other nodes only, by TLS 1.3 with a certificate. Correct its address on the card that you have, or ask for a newer card.',
  ),
  'transport/no-certificate': denied(
    'You showed no TLS certificate. Let your node run with ICARUS_EXCHANGE_PORT set, so that it shows the key on its card.',
  ),
  'transport/unknown-peer': denied(
    'The TLS key that you showed is on no card here. Give the administrator of this node your newest card; they compare its fingerprints and add it.',
  ),
  'exchange/not-from-peer': denied(
    'The message neither comes from the agency that handed it over nor is carried by it. Nothing was taken in; both agencies should look at their logs.',
  ),
  // chunks
  'transport/upload-offset': conflict(
    'This part of the file does not follow what is here: {offset} bytes are. The sender goes on from there by itself.',
  ),
  'transport/part-damaged': refused(
    'A part of the file was damaged or cut off on the way. It is sent again by itself.',
  ),
  'transport/upload-busy': conflict(
    'The same file is being handed over on another connection. It is tried again by itself.',
  ),
  // the administrator's side
  'transport/certificate-missing': usage(
    'The file that {setting} names is not there, or the setting is missing. Set both ICARUS_TLS_KEY and ICARUS_TLS_CERTIFICATE, or neither: then the node makes its own.',
  ),
  'transport/certificate-unreadable': usage(
    'The TLS key and certificate cannot be read, or do not belong together. Both must be PEM, the key without a passphrase.',
  ),
  'transport/no-next-key': conflict(
    'There is no next TLS key to take into use. Make one with `icarus tls next` and give partners the new card first.',
  ),
} as const satisfies Record<string, ErrorKind>;
