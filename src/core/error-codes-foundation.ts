/** Errors of what carries the operation: platform, access, operations, sealed packages, exchange. */
import { conflict, denied, type ErrorKind, notFound, refused, unavailable, usage } from './error-kind.ts';

export const FOUNDATION_ERRORS = {
  // core and platform
  'internal/unexpected': {
    status: 500,
    exit: 1,
    sentence:
      'Something failed that should not have. Nothing was changed. Give the request id {requestId} to your administrator.',
  },
  'request/invalid': usage('The request is not valid: {reason}. Correct it and send it again.'),
  'request/not-found': notFound('There is no {what} here. Check the address.'),
  'request/method': {
    status: 405,
    exit: 4,
    sentence: 'This address does not take {method}. It takes {allowed}; nothing was changed.',
  },
  'request/wrong-host': {
    status: 421,
    exit: 4,
    sentence:
      'The request names another host than this node has. Open the address that your administrator gave you (ICARUS_PAGES_ORIGIN).',
  },
  'request/expectation': {
    status: 417,
    exit: 4,
    sentence: 'The request expects something that this node does not do. Leave out the field Expect.',
  },
  'request/too-many-fields': {
    status: 431,
    exit: 4,
    sentence:
      'The head of the request is larger than is taken: {most}. Delete the cookies of this host, or send fewer fields.',
  },
  'request/too-large': {
    status: 413,
    exit: 4,
    sentence:
      'The upload is larger than {limitBytes} bytes, which is the limit. Send it as a file through the inbox instead.',
  },
  'request/media-type': {
    status: 415,
    exit: 4,
    sentence:
      'The body is not of the kind that is taken here: {wanted}. Send it again as that; nothing was changed.',
  },
  'request/too-slow': {
    status: 408,
    exit: 5,
    sentence: 'The request did not come whole within {seconds} seconds. Send it again; nothing was changed.',
  },
  'request/too-many': {
    status: 429,
    exit: 5,
    sentence: 'You asked for this too often. Wait {seconds} seconds, then try again; nothing was changed.',
  },
  'request/took-too-long': {
    status: 503,
    exit: 5,
    sentence: 'The answer took longer than {seconds} seconds. Ask for less at once, or try again later.',
  },
  'config/invalid': usage('The setting {name} is not valid: {reason}. Correct it in {source}.'),
  'config/tls-unchecked': usage(
    'NODE_TLS_REJECT_UNAUTHORIZED=0 stands in the environment: no certificate of a partner, a database or a storage would be checked. Take it out and start again; for an authority of your own name its file with NODE_EXTRA_CA_CERTS.',
  ),
  'config/file-unreadable': usage('The configuration file {path} cannot be read: {reason}.'),
  'database/unreachable': unavailable(
    'The database does not answer. Check that it runs and that DATABASE_URL is right; nothing was changed.',
  ),
  'database/not-encrypted': usage(
    'The database at {host} is on another machine, and its address does not ask for TLS with the certificate checked. Put `sslmode=verify-full` into it (DATABASE_URL, ICARUS_DATABASE_OWNER_URL), and `sslrootcert=FILE` for an authority of your own (docs/node.md); nothing was sent.',
  ),
  'database/certificate-refused': unavailable(
    'The database was not connected to, since it does not prove by TLS that it is the one of its address: {reason}. Correct its certificate, or the file that sslrootcert names in DATABASE_URL; nothing was sent.',
  ),
  'database/certificate-unreadable': usage(
    'The file {path} that the address of the database names cannot be read. Correct sslrootcert, sslcert or sslkey in DATABASE_URL; nothing was sent.',
  ),
  'database/unsafe-settings': unavailable(
    'The database runs with {setting} = {value}, which can lose acknowledged records. Set it to {expected} and start again.',
  ),
  'database/migration-changed': conflict(
    'Migration {name} was changed after it had been applied here. Restore the released file, or restore a backup.',
  ),
  'database/newer-schema': conflict(
    'The database was written by a newer version (migration {name}). Install that version or restore a backup.',
  ),
  'database/schema-behind': unavailable(
    'The database lacks the schema change {name}. Run `icarus migrate` with ICARUS_DATABASE_OWNER_URL set to the owner of the database, then start again.',
  ),
  'database/signs-in-as-owner': unavailable(
    'DATABASE_URL signs in as {login}, who owns the database or could. Create a login that owns nothing for the node, put it into DATABASE_URL, and the owner into ICARUS_DATABASE_OWNER_URL (docs/node.md).',
  ),
  'database/owner-needed': unavailable(
    'Only the owner of the database can do this. Set ICARUS_DATABASE_OWNER_URL for this one command; nothing was changed.',
  ),
  'database/no-server-user': unavailable(
    'PostgreSQL will not run as root, and this machine has neither a user postgres nor nobody. Run Icarus as an ordinary user, or set DATABASE_URL.',
  ),
  'database/no-embedded-build': unavailable(
    'No embedded PostgreSQL is installed for {platform}. Run `npm ci` again without --omit=optional, or set DATABASE_URL.',
  ),
  'database/cannot-create': unavailable(
    'The embedded PostgreSQL could not be created in {path}. Check free space and permissions there, or set DATABASE_URL.',
  ),
  'database/cannot-start': unavailable(
    'The embedded PostgreSQL in {path} does not start. Its reasons stand in {path}.log.',
  ),
  'disk/full': unavailable(
    'The disk that holds {place} is full. Free some space and run the command again; nothing was half-written.',
  ),
  'job/unknown-kind': unavailable(
    'No handler is registered for jobs of kind {kind}. This is a fault of the installation: report it.',
  ),
  'cli/usage': usage('{reason} See `{command} --help`.'),
  'cli/file-unreadable': refused(
    'The file {path} cannot be read: {reason}. Check the path and try again; nothing was changed.',
  ),
  'cli/not-confirmed': refused(
    'The card of {agency} was not added: {reason}. Compare its fingerprints by telephone and run the command again.',
  ),
  'cli/file-exists': conflict('{path} is there already, and is not written over. Name another file.'),
  'cli/file-invalid': refused(
    'The file {path} is not valid at {field}: {reason}. Correct it and try again; nothing was changed.',
  ),
  'cli/still-waiting': unavailable(
    'After {seconds} seconds {count} deliveries still wait. They are tried again as long as the node runs; `icarus outbox list` says why each waits.',
  ),
  'cli/cancelled': {
    status: 499,
    exit: 1,
    sentence: 'Cancelled. What was finished before is kept; nothing is half-written.',
  },
  'server/port-taken': unavailable(
    'Port {port} is in use, perhaps by Icarus itself. Open the address that is there, or name another port with ICARUS_HTTP_PORT.',
  ),
  'server/address-unusable': unavailable(
    'Icarus cannot listen on {host}, port {port}. Correct ICARUS_HTTP_HOST and ICARUS_HTTP_PORT.',
  ),
  'server/pages-bare': usage(
    'The pages would be on {host} without TLS. Name a key and its certificate with ICARUS_PAGES_TLS_KEY and ICARUS_PAGES_TLS_CERTIFICATE, or leave ICARUS_HTTP_HOST at 127.0.0.1 and put a proxy with TLS on this machine (docs/node.md).',
  ),
  'server/pages-certificate': usage(
    'The pages cannot be shown by TLS: {keyFile} and {certificateFile} cannot be read, or do not belong together. Both must be PEM, the key without a passphrase, and readable by the user of the node.',
  ),
  // node, access
  'node/exists': conflict(
    'A node was already set up in {path}. Use another data directory, or keep this one.',
  ),
  'node/missing': notFound(
    'No node is set up in {path}. Run `icarus init` first, or point ICARUS_DATA_DIR at the right folder.',
  ),
  'access/sign-in-required': {
    status: 401,
    exit: 6,
    sentence: 'You are not signed in. Choose your desk and sign in, then try again.',
  },
  'access/person-closed': denied(
    'The record of this person is open only to those who need it for their work. Say why it is strictly necessary, and have a second officer open it to you.',
  ),
  'access/denied': denied('Your role does not allow this: {reason}. Ask the operation lead if you need it.'),
  'access/same-officer': denied(
    'A second officer must approve this: the officer who prepared it cannot. Ask a colleague with the approver role.',
  ),
  'access/officer-not-found': notFound(
    'There is no officer {officer} on this node. List them with `icarus officer list`.',
  ),
  'access/grant-needs-operation': refused(
    'The role {role} cannot be granted so: the administrator has no operation, every other role needs one. Name it with --operation.',
  ),
  // operations
  'operation/invalid': refused('The operation contradicts itself: {reason}. Correct it and try again.'),
  'operation/not-found': notFound(
    'There is no operation {operation} on this node. List them with `icarus operation list`.',
  ),
  'operation/contradicts': conflict(
    'The operation {codeName} is known here with other participants or terms than this message names. Ask its lead agency which is right; nothing was changed.',
  ),
  'agency/not-found': notFound(
    'The agency {agency} is not known on this node. Add its card with `icarus agency add FILE`.',
  ),
  'agency/other-keys': conflict(
    'The agency {agency} is known here with other keys. Compare the fingerprints by telephone; then add the card with --replace.',
  ),
  'agency/older-card': conflict(
    'This card of {agency} is older than the one known here. Ask the agency for its present card; add this one with --replace only if the agency confirms it.',
  ),
  'agency/own-card': conflict(
    'This is the card of {agency}, which is this node itself. There is nothing to add.',
  ),
  // programmes and meetings
  'programme/not-found': notFound('There is no programme {programme} on this node.'),
  'programme/invalid': refused('The programme contradicts itself: {reason}. Correct it and try again.'),
  'programme/plan-entry-not-found': notFound(
    'The action plan has no entry {entry}. List the programme again.',
  ),
  'programme/plan-entry-state': conflict(
    'The entry is {state} already. An entry goes from planned to running to done, one step at a time.',
  ),
  'programme/operation-held': conflict(
    'The operation {operation} belongs to a programme already. An operation has at most one.',
  ),
  'programme/entry-taken': conflict(
    'The entry {entry} of the action plan stands for another operation already. Add an entry for this one.',
  ),
  'meeting/not-found': notFound('There is no meeting {meeting} in this operation.'),
  'meeting/invalid': refused('The meeting contradicts itself: {reason}. Correct it and try again.'),
  'meeting/not-planned': conflict(
    'The meeting was held already. Who is invited is settled; record who was there instead.',
  ),
  'meeting/not-held': conflict(
    'The meeting has not been held yet. Record that it was held and who was there, then go on.',
  ),
  'meeting/not-begun': conflict(
    'The meeting begins at {startsAt}, which has not come yet. Record it as held when it is.',
  ),
  'meeting/minutes-approved': conflict(
    'The minutes of the meeting were approved: it cannot be changed any more. Record a new decision in the next meeting.',
  ),
  'meeting/other-digest': conflict(
    'The records of the meeting changed since you looked at the minutes. Open them again, then approve what you see.',
  ),
  'meeting/decision-not-found': notFound('There is no decision {decision} in this operation.'),
  'meeting/decision-superseded': conflict(
    'The decision {decision} was superseded already. Look at the decisions again, and supersede the one that stands.',
  ),
  // seal
  'seal/malformed': refused(
    'This is not a sealed package, or it is damaged: {reason}. Ask the sender to send it again.',
  ),
  'seal/truncated': refused(
    'The package ends too early: part of it is missing. Copy or fetch it again; if it stays so, ask the sender to send it again.',
  ),
  'seal/too-large': refused(
    'The package holds more than this node accepts ({what} above {limit}). Ask the sender to split it, or your administrator to raise the limit.',
  ),
  'seal/format-unknown': refused(
    'The package is written in the format {format}, which this version does not know. Install the newer version and open it again.',
  ),
  'seal/envelope-invalid': refused(
    'The envelope of the package is not valid at {field}. The sender signed it so: ask them to seal the package again.',
  ),
  'seal/signature-invalid': refused(
    'A signature does not hold: {reason}. What was signed was altered or damaged on the way. Do not use it; ask the sender to send it again.',
  ),
  'seal/unknown-sender': refused(
    'The package says that it comes from {agency}, whose card this node does not have. Add the card after comparing its fingerprints by telephone, then open the package again.',
  ),
  'seal/key-unknown': refused(
    'The signature was made with a key that is not on the card of the agency it is said to come from. Ask that agency by telephone whether it has a new key, and for its new card.',
  ),
  'seal/key-not-yet-valid': refused(
    'The package was signed with a key of {agency} that was not valid yet at that time. Ask the sender to check their clock and seal it again.',
  ),
  'seal/key-expired': refused(
    'The package was signed with a key of {agency} that had expired. Ask the sender to seal it again with their present key.',
  ),
  'seal/key-revoked': refused(
    'The package was signed with a key that {agency} has revoked. Do not use it; tell the sender by telephone.',
  ),
  'seal/created-in-future': refused(
    'The package says that it was sealed at {createdAt}, which has not come yet. Check the clock of this node, then ask the sender to check theirs.',
  ),
  'seal/not-addressed': refused(
    'The package is not addressed to {agency}. Do not open it; pass it on or tell the sender that it went astray.',
  ),
  'seal/no-identity': refused(
    'None of the decryption keys here opens the package: it was encrypted for other keys. Ask the sender whether they used your present card.',
  ),
  'seal/ciphertext-altered': refused(
    'The encrypted content was altered or damaged on the way: it is not what the sender signed. Do not use it; ask the sender to send it again.',
  ),
  'seal/content-altered': refused(
    'The content does not agree with its own manifest. Do not use it; tell the sender, who must seal it again.',
  ),
  'seal/readdressed': refused(
    'The content was sealed for another package, sender or addressee than the envelope names. Do not use it; tell the agency that signed it.',
  ),
  'seal/unsafe-path': refused(
    'File {position} of the package has a name that is not allowed. Nothing was unpacked; ask the sender to rename it and seal it again.',
  ),
  'seal/duplicate-path': refused(
    'File {position} of the package has the name of another file in it, or one that some systems cannot tell apart. Ask the sender to rename it and seal it again.',
  ),
  'seal/entry-changed': conflict(
    'File {position} changed while it was being sealed. Nothing was sealed; try again when it is at rest.',
  ),
  'seal/recipients-invalid': refused(
    'A package needs at least one recipient, and each must be an age recipient (age1...). Check the cards of the addressees.',
  ),
  'seal/recipients-mixed': refused(
    'Some recipients have only post-quantum keys and some only classical ones. Mixing them would remove the protection: ask the addressees for cards with a key of the same kind.',
  ),
  'seal/bag-info-invalid': refused(
    'The line {label} cannot stand in the description of a package. Use one line of plain text under a name of letters, digits and hyphens.',
  ),
  'seal/key-unreadable': refused(
    'A key cannot be read: {reason}. Give an Ed25519 key in the form of OpenSSH without a passphrase, or an age identity (AGE-SECRET-KEY-1...).',
  ),
  'seal/card-invalid': refused('The agency card is not valid at {field}. Ask the agency for its card again.'),
  'seal/target-exists': conflict(
    '{place} is already there. Nothing was written over it; choose another place or move it away.',
  ),
  // exchange
  'exchange/kind-twice': conflict(
    'Two rooms want to handle messages of kind {kind}. This is a fault of the installation: report it.',
  ),
  'exchange/kind-unknown': refused(
    'This node does not know messages of kind {kind}. Ask the administrator of the receiving node to install the newer version, then send it again.',
  ),
  'exchange/no-operation': refused(
    'The message does not name the operation it belongs to. The sender signed it so: ask them to send it again.',
  ),
  'exchange/upload-broken': refused(
    'The connection broke before the message had come whole. Nothing was kept; send it again.',
  ),
  'exchange/wrong-id': refused(
    'The message was handed over as {claimed} but its envelope carries another id. Send it again under its own id.',
  ),
  'exchange/digest-mismatch': refused(
    'The message does not have the SHA-256 that the peer announced for it. Send it again; if it stays so, check the connection.',
  ),
  'exchange/unknown-recipient': refused(
    'The message is to be carried on to {agency}, whose card this node does not have. Add the card here, then ask the sender to send it again.',
  ),
  'exchange/id-conflict': conflict(
    'Another message with the id {messageId} is here already, with other content. Nothing was overwritten. Tell the agency it is said to come from by telephone: one of the two is not theirs.',
  ),
  'exchange/receipt-invalid': refused(
    'The receipt is not valid at {field}. Ask the agency that signed it to update its node.',
  ),
  'exchange/receipt-mismatch': refused(
    'The receipt is about other content than was sent, or comes from an agency that it is not for. Tell that agency by telephone.',
  ),
  'exchange/message-not-found': notFound(
    'There is no message {messageId} on this node. Look it up in the messages of its operation.',
  ),
  'exchange/nothing-to-resend': conflict(
    'Every recipient of {messageId} has acknowledged it. There is nothing to send again.',
  ),
  'exchange/file-unreadable': refused('The file {path} cannot be read. Check the name and the permissions.'),
  'exchange/refused-by-peer': refused(
    'The other node refused the message for a reason that this version does not know. Ask its administrator, and install the newer version.',
  ),
  'exchange/peer-unreachable': unavailable(
    'The node of {agency} does not answer. It is tried again by itself; you can also send the message as a file.',
  ),
  'exchange/peer-silent': unavailable(
    'The node of {agency} stopped answering while the message was sent. It is tried again by itself; you can also send the message as a file.',
  ),
  'exchange/peer-failed': unavailable(
    'The node of {agency} could not take the message. It is tried again by itself; you can also send the message as a file.',
  ),
  'exchange/file-only': unavailable(
    'The card of {agency} names no address: messages to it travel as files. Export this one and hand it over.',
  ),
} as const satisfies Record<string, ErrorKind>;
