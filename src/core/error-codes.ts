/**
 * Every error a person can meet, in one table: code -> HTTP status -> CLI exit code -> sentence.
 * A sentence says what is wrong, where, and what to do. `{name}` is filled from the error's details.
 *
 * Exit codes: 1 unexpected, 2 wrong command, 3 not found, 4 input refused, 5 conflict with what is
 * recorded, 6 not permitted, 7 a resource is missing (database, disk, peer).
 */
interface ErrorKind {
  readonly status: number;
  readonly exit: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  readonly sentence: string;
}

const refused = (sentence: string): ErrorKind => ({ status: 422, exit: 4, sentence });
const notFound = (sentence: string): ErrorKind => ({ status: 404, exit: 3, sentence });
const conflict = (sentence: string): ErrorKind => ({ status: 409, exit: 5, sentence });
const denied = (sentence: string): ErrorKind => ({ status: 403, exit: 6, sentence });
const unavailable = (sentence: string): ErrorKind => ({ status: 503, exit: 7, sentence });
const usage = (sentence: string): ErrorKind => ({ status: 400, exit: 2, sentence });

export const ERROR_CODES = {
  // core and platform
  'internal/unexpected': {
    status: 500,
    exit: 1,
    sentence:
      'Something failed that should not have. Nothing was changed. Give the request id {requestId} to your administrator.',
  },
  'request/invalid': usage('The request is not valid: {reason}. Correct it and send it again.'),
  'request/not-found': notFound('There is no {what} here. Check the address.'),
  'request/too-large': {
    status: 413,
    exit: 4,
    sentence:
      'The upload is larger than {limitBytes} bytes, which is the limit. Send it as a file through the inbox instead.',
  },
  'config/invalid': usage('The setting {name} is not valid: {reason}. Correct it in {source}.'),
  'config/file-unreadable': usage('The configuration file {path} cannot be read: {reason}.'),
  'database/unreachable': unavailable(
    'The database does not answer. Check that it runs and that DATABASE_URL is right; nothing was changed.',
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
  'cli/file-unreadable': refused('The file {path} cannot be read: {reason}. Check the path and try again; nothing was changed.'),
  'cli/not-confirmed': refused('The card of {agency} was not added: {reason}. Compare its fingerprints by telephone and run the command again.'),
  'cli/file-invalid': refused('The file {path} is not valid at {field}: {reason}. Correct it and try again; nothing was changed.'),
  'cli/still-waiting': unavailable('After {seconds} seconds {count} deliveries still wait. They are tried again as long as the node runs; `icarus outbox list` says why each waits.'),
  'cli/cancelled': {
    status: 499,
    exit: 1,
    sentence: 'Cancelled. What was finished before is kept; nothing is half-written.',
  },
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
  'agency/older-card': conflict('This card of {agency} is older than the one known here. Ask the agency for its present card; add this one with --replace only if the agency confirms it.'),
  'agency/own-card': conflict('This is the card of {agency}, which is this node itself. There is nothing to add.'),
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
  // casework
  'casework/outcome-invalid': refused(
    'The outcome contradicts itself: {reason}. Correct it and record it again.',
  ),
  'casework/target-unknown': notFound(
    'There is no target {target} in the packages that this node received. List them with the targets of the operation.',
  ),
  'casework/outcome-changed': conflict(
    'Version {version} of this outcome was recorded meanwhile. Read it, then record yours again if it still holds.',
  ),
  'casework/reason-required': refused(
    'This takes back something that was recorded before. Say why, and record it again.',
  ),
  'report/nothing-new': conflict(
    'Nothing changed since report {sequence}: there is nothing to send. Record an outcome first.',
  ),
  'report/nothing-received': conflict(
    'No package of this operation has come to this country, so there is nothing to report about. Ask the lead agency for it.',
  ),
  'report/reason-required': refused(
    'This report takes back something that report {sequence} stated. Say why, and send it again.',
  ),
  'report/overtaken': conflict(
    'Another report was sent while this one was being sealed. Look at it, then send again if something is left to say.',
  ),
  'report/not-participant': refused(
    'Only a participating agency of the operation may report, and {agency} is none. Ask the lead agency whether it should be.',
  ),
  'report/not-coordinator': refused(
    'Reports go to the coordinator of the operation, and this node is not. Send it to {coordinator}.',
  ),
  'report/malformed': refused(
    'The report is not valid at {field}. Its sender must make it again with a current version.',
  ),
  'report/misdirected': refused(
    'The report says that it is from {stated}, but its message is not. Its sender must make it again.',
  ),
  'report/totals-disagree': refused(
    'The sum {field} of the report is not the sum over its targets. Its sender must make it again.',
  ),
  'report/target-twice': refused(
    'Target {position} of the report stands in it twice. Its sender must make it again.',
  ),
  'report/target-unknown': refused(
    'Target {position} of the report is not in the package of {country}. Its sender must report about its own targets only.',
  ),
  'report/package-awaited': unavailable('The package of {country} has not been opened on this node yet, so its report cannot be checked. It is tried again by itself.'),
  'report/contradicts': conflict(
    'Report {sequence} of {agency} is here already with another content. Ask that agency which is right; nothing was changed.',
  ),
  // results
  'results/not-coordinator': conflict(
    'Figures are computed by the coordinator of the operation, {coordinator}. Ask there.',
  ),
  'results/as-of-future': refused(
    'Figures as of {asOf} cannot be computed: that time has not come yet. Choose an earlier one.',
  ),
  'results/check-failed': conflict(
    'The figures do not pass the check against double counting: {reason}. They cannot be released; compute them again when that is settled.',
  ),
  'results/digest-differs': conflict(
    'The figure set is not the one that you looked at: its digest is another. Open it again and compare.',
  ),
  'results/already-released': conflict(
    'The figure set was released already. Compute a new one to publish later figures.',
  ),
  'results/officer-required': denied(
    'Figures are released by a named press officer, not by a process of the node. Sign in as one.',
  ),
  'results/figure-unknown': refused('There is no figure {figure} in this set. Choose from those it holds.'),
  'results/list-disagrees': conflict(
    'The press note would count {counted} countries and print {printed} names. It was not made; report this as a fault.',
  ),
  // exchange
  'exchange/kind-twice': conflict('Two rooms want to handle messages of kind {kind}. This is a fault of the installation: report it.'),
  'exchange/kind-unknown': refused('This node does not know messages of kind {kind}. Ask the administrator of the receiving node to install the newer version, then send it again.'),
  'exchange/no-operation': refused('The message does not name the operation it belongs to. The sender signed it so: ask them to send it again.'),
  'exchange/upload-broken': refused('The connection broke before the message had come whole. Nothing was kept; send it again.'),
  'exchange/wrong-id': refused('The message was handed over as {claimed} but its envelope carries another id. Send it again under its own id.'),
  'exchange/digest-mismatch': refused('The message does not have the SHA-256 that the peer announced for it. Send it again; if it stays so, check the connection.'),
  'exchange/unknown-recipient': refused('The message is to be carried on to {agency}, whose card this node does not have. Add the card here, then ask the sender to send it again.'),
  'exchange/id-conflict': conflict('Another message with the id {messageId} is here already, with other content. Nothing was overwritten. Tell the agency it is said to come from by telephone: one of the two is not theirs.'),
  'exchange/receipt-invalid': refused('The receipt is not valid at {field}. Ask the agency that signed it to update its node.'),
  'exchange/receipt-mismatch': refused('The receipt is about other content than was sent, or comes from an agency that it is not for. Tell that agency by telephone.'),
  'exchange/message-not-found': notFound('There is no message {messageId} on this node. Look it up in the messages of its operation.'),
  'exchange/nothing-to-resend': conflict('Every recipient of {messageId} has acknowledged it. There is nothing to send again.'),
  'exchange/file-unreadable': refused('The file {path} cannot be read. Check the name and the permissions.'),
  'exchange/refused-by-peer': refused('The other node refused the message for a reason that this version does not know. Ask its administrator, and install the newer version.'),
  'exchange/peer-unreachable': unavailable('The node of {agency} does not answer. It is tried again by itself; you can also send the message as a file.'),
  'exchange/peer-silent': unavailable('The node of {agency} stopped answering while the message was sent. It is tried again by itself; you can also send the message as a file.'),
  'exchange/peer-failed': unavailable('The node of {agency} could not take the message. It is tried again by itself; you can also send the message as a file.'),
  'exchange/file-only': unavailable('The card of {agency} names no address: messages to it travel as files. Export this one and hand it over.'),
  // packages
  'package/not-found': notFound('There is no package {package} on this node. List them with `icarus package list`.'),
  'package/target-not-found': notFound('There is no target {target} in the packages of this operation. List them again.'),
  'package/file-not-found': notFound('The package does not hold {file}. Ask for one of the files that its list names.'),
  'package/not-lead': denied('Only the lead agency {lead} composes, approves and sends the packages of this operation.'),
  'package/no-targets': conflict('No participating country has targets to send yet. Build the targets first, then compose again.'),
  'package/country-not-participating': refused('{country} does not take part in this operation. Choose among its participants.'),
  'package/not-approved': conflict('The package for {country} is not approved. A second officer must approve it before it is sent.'),
  'package/frozen': conflict('The package for {country} was approved already and cannot be changed or approved again.'),
  'package/other-digest': conflict('The package for {country} was composed anew since you looked at it. Look at it again, then approve what you see.'),
  'package/altered': conflict('The files of the package for {country} are no longer those that were composed. It was not used. Restore its folder from a backup, or compose it again if it was not approved.'),
  'package/changed-meanwhile': conflict('The package for {country} was composed, approved or sent by somebody else at the same time. Look at it again; nothing was changed.'),
  'package/content-invalid': refused('The package says something that cannot be read at {place} of {file}. Nothing was imported; ask the sender to compose and send it again.'),
  'package/not-from-lead': refused('The package comes from {agency}, which does not lead this operation. Nothing was imported; ask the lead agency by telephone.'),
  'package/not-for-us': refused('The package is for {agency}, and this node is neither that agency nor the coordinator. Nothing was imported; tell the sender that it went astray.'),
  'package/contradicts': conflict('The package for {country}, version {version}, is known here with other content. Nothing was changed; ask the sender which is right.'),
  // exercise
  'exercise/address-data-missing': unavailable(
    'The exercise has no addresses to draw from: {reason}. Run `npm ci` with development dependencies and try again.',
  ),
  'exercise/log-option-invalid': usage(
    'The synthetic log cannot be written: {name} {reason}. Correct it and try again.',
  ),
  'exercise/too-few-targets': conflict(
    'The exercise has no target in {country} to report about. Run it with at least 20000 observations.',
  ),
  // observations
  'observations/profile-invalid': refused('The mapping profile is not valid at {field}: {reason}. Correct the profile and import again; nothing was imported.'),
  'observations/column-missing': refused('The profile {profile} takes a field from the column "{column}", which the log does not have. Its columns are: {columns}. Correct the profile, or choose the right file; nothing was imported.'),
  'observations/log-unreadable': refused('The log {path} cannot be read: {reason}. Check the path and try again.'),
  'observations/log-empty': refused('The log {path} has no rows. Export it again from the tool; nothing was imported.'),
  'observations/log-not-text': refused('{path} is not a log that can be read: {reason}. Export it as CSV in UTF-8; nothing was imported.'),
  'observations/log-truncated': refused('The compressed log {path} ends too early or is damaged. Copy it again and compare its checksum; nothing was imported.'),
  'observations/import-not-found': notFound('There is no import {import} in this operation. List them with `icarus observations list`.'),
  'observations/snapshot-invalid': refused('The address data {path} was not loaded: {reason}. Fetch the file again or correct it; nothing was changed.'),
  'observations/snapshot-exists': conflict('{source} already has address data dated {validFrom} here. Load a file of another date; nothing was changed.'),
  'observations/severity-list-invalid': refused('The severity list {path} was not loaded: {reason}. Correct the list; nothing was changed.'),
  'observations/nothing-imported': conflict('This operation has no observations yet. Import a log first with `icarus observations import`.'),
  'observations/no-address-data': conflict('No address data is loaded on this node. Load some first with `icarus attribution load`.'),
  'observations/attribution-stale': conflict('The addresses of this operation were not attributed since its imports last changed. Run `icarus attribution run` first.'),
  'observations/address-invalid': usage('"{address}" is not an internet address. Give one as 192.0.2.1 or 2001:db8::1.'),
  'target/not-found': notFound('There is no target {target} in this operation.'),
  // evidence
  'evidence/exhibit-invalid': refused('The exhibit contradicts itself: {reason}. Correct it and register it again.'),
  'evidence/exhibit-not-found': notFound('There is no exhibit {exhibit} in this operation. List them with `icarus evidence list`.'),
  'evidence/reference-taken': conflict('The reference {reference} is already another exhibit of this operation. Choose the right one, or give this one its own.'),
  'evidence/target-unknown': refused('There is no target {target} in the packages that this node received. Register the exhibit without it, or choose the right one.'),
  'evidence/folder-unreadable': refused('The folder of the exhibit cannot be read: {reason}. Check that it is mounted and where; what was examined before is kept.'),
  'evidence/folder-own': refused('That folder holds this node itself, or lies inside it. Name the folder where the exhibit is mounted.'),
  'evidence/inventory-running': conflict('An inventory of this exhibit is under way. Wait for it, or cancel it first.'),
  'evidence/inventory-not-found': notFound('There is no inventory {inventory} of this exhibit. Start one first.'),
  'evidence/inventory-not-running': conflict('The inventory is {state}: there is nothing to cancel or resume.'),
  'evidence/inventory-unfinished': conflict('The inventory is {state}. A report is made of one that has been finished.'),
  'evidence/report-not-found': notFound('No report of this exhibit has been made yet. Make one first.'),
  'evidence/list-format-unknown': refused('The file is no hash list that this version knows: {reason}. Give a plain list, md5sum or sha*sum output, a hashdeep file, CSV with a hash column, or VICS JSON.'),
  'evidence/list-cut': refused('The hash list ends in the middle, after {rows} entries: part of it is missing. Copy it again and compare its checksum; nothing was imported.'),
  'evidence/list-malformed': refused('The hash list is broken at byte {position}: {reason}. Ask its source for it again; nothing was imported.'),
  'evidence/list-empty': refused('No row of the hash list could be taken: {skipped} were skipped. Look at the reasons in the preview; nothing was imported.'),
  'evidence/list-known-otherwise': conflict('This very file was imported before as "{name}" with other meanings. Nothing was changed.'),
  'evidence/list-not-found': notFound('There is no hash list {list} on this node.'),
  // casework: imminent risk
  'risk/reason-missing': usage('An alarm needs its reason, in at most 2,000 characters. Say what may happen and when.'),
  'risk/not-concerned': denied('The agency {agency} is not concerned with this target: only its country, the lead and the coordinator may raise or clear an alarm.'),
  'risk/malformed': refused('The alarm message is not as it must be. Ask its sender to send it again.'),
  // exercise as a whole
  'exercise/too-few-observations': usage('An exercise needs at least {least} observations, so that every country has its targets. Start it with --observations {least} or more.'),
  'exercise/other-parameters': conflict('An exercise with {observations} observations and seed {seed} is here already. Go on with those, or begin again with --fresh.'),
  'exercise/not-loopback': denied('An exercise has desks without sign-in, so it listens on this machine only, not on {host}. Leave ICARUS_HTTP_HOST at 127.0.0.1.'),
  'exercise/other-address': conflict('The exercise that is here was set up at {address}. Start it at that address, or begin again with --fresh.'),
  'exercise/not-running': notFound('No exercise answers at {address}. Start one with `npm start`, or name its port with ICARUS_HTTP_PORT.'),
  // programmes and meetings
  'programme/not-found': notFound('There is no programme {programme} on this node.'),
  'programme/invalid': refused('The programme contradicts itself: {reason}. Correct it and try again.'),
  'programme/plan-entry-not-found': notFound('The action plan has no entry {entry}. List the programme again.'),
  'programme/plan-entry-state': conflict('The entry is {state} already. An entry goes from planned to running to done, one step at a time.'),
  'programme/operation-held': conflict('The operation {operation} belongs to a programme already. An operation has at most one.'),
  'programme/entry-taken': conflict('The entry {entry} of the action plan stands for another operation already. Add an entry for this one.'),
  'meeting/not-found': notFound('There is no meeting {meeting} in this operation.'),
  'meeting/invalid': refused('The meeting contradicts itself: {reason}. Correct it and try again.'),
  'meeting/not-planned': conflict('The meeting was held already. Who is invited is settled; record who was there instead.'),
  'meeting/not-held': conflict('The meeting has not been held yet. Record that it was held and who was there, then go on.'),
  'meeting/not-begun': conflict('The meeting begins at {startsAt}, which has not come yet. Record it as held when it is.'),
  'meeting/minutes-approved': conflict('The minutes of the meeting were approved: it cannot be changed any more. Record a new decision in the next meeting.'),
  'meeting/other-digest': conflict('The records of the meeting changed since you looked at the minutes. Open them again, then approve what you see.'),
  'meeting/decision-not-found': notFound('There is no decision {decision} in this operation.'),
  'meeting/decision-superseded': conflict('The decision {decision} was superseded already. Look at the decisions again, and supersede the one that stands.'),
  // crossmatch
  'crossmatch/category-not-matched': refused('Only suspects, convicted persons and potential offenders are cross-matched. Victims, minors and other parties are not: take them out and try again.'),
  'crossmatch/minor': refused('Suspect {position} is a minor. Minors are not contributed for matching; leave them out and ask the coordinator by hand. Nothing was sent.'),
  'crossmatch/information-invalid': refused('The evaluation, handling or origin cannot stand so: {reason}. Correct it; nothing was changed.'),
  'crossmatch/mapping-invalid': refused('The mapping is not valid at {field}: {reason}. Correct it; nothing was imported.'),
  'crossmatch/mapping-not-found': notFound('There is no mapping {mapping} on this node. Add it first, or choose one of the list.'),
  'crossmatch/column-missing': refused('The mapping {mapping} takes a value from the column "{column}", which the file does not have. Its columns are: {columns}. Correct the mapping, or choose the right file; nothing was imported.'),
  'crossmatch/holdings-unreadable': refused('The holdings file cannot be read: {reason}. Export it again as CSV in UTF-8; nothing was imported.'),
  'crossmatch/holdings-empty': refused('No row of the holdings file could be taken. Check the mapping and the delimiter; nothing was imported.'),
  'crossmatch/holdings-changed': conflict('The holdings file changed while it was read. Nothing was imported; try again when it is at rest.'),
  'crossmatch/import-not-found': notFound('There is no import {import} of holdings on this node.'),
  'crossmatch/selectors-invalid': refused('Selector {selector} of suspect {position} cannot be used: {reason}. Correct it; nothing was sent.'),
  'crossmatch/suspect-twice': refused('Suspect {position} has the reference of another suspect of this list. Put their selectors together; nothing was sent.'),
  'crossmatch/target-unknown': refused('Suspect {position} names a target that is not in the package of this country. Leave the target out, or choose the right one.'),
  'crossmatch/not-participant': refused('Only a participating agency of the operation contributes selectors, and {agency} is none.'),
  'crossmatch/not-coordinator': refused('Selectors go to the coordinator of the operation, and this node is not. Send them to {coordinator}.'),
  'crossmatch/malformed': refused('The selectors are not valid at {field}. Their sender must make the message again with a current version.'),
  'crossmatch/package-awaited': unavailable('The package of {country} has not been opened on this node yet, so its selectors cannot be checked. It is tried again by itself.'),
  'crossmatch/hit-not-found': notFound('There is no hit {hit} in this operation.'),
  'crossmatch/decided-meanwhile': conflict('Another officer decided this hit meanwhile: it stands at version {version}. Read that decision, then decide again if yours still holds.'),
  'crossmatch/network-not-found': notFound('There is no network {network} in this operation: the decisions that made it may have changed. Open the list again.'),
  // referrals
  'referral/not-found': notFound('There is no {what} {id} in this operation.'),
  'referral/invalid': refused('The referral contradicts itself: {reason}. Correct it and try again.'),
  'referral/item-invalid': refused('Line {position} of the series cannot be taken: {reason}. Correct it and prepare the series again; nothing was kept.'),
  'referral/items-contradict': refused('The series names {count} of its files twice, with different hashes or marks. Say which is right and prepare the series again; nothing was kept.'),
  'referral/series-empty': refused('The series holds no file. Prepare one that does.'),
  'referral/not-approved': conflict('A second officer has not approved this referral yet. Nothing is sent or claimed before that.'),
  'referral/approved-already': conflict('The referral was approved already.'),
  'referral/other-digest': conflict('The referral is not the one that you looked at: its digest is another. Open it again, then approve what you see.'),
  'referral/altered': conflict('The files of the series are no longer those that were approved. Nothing was sent. Restore the database from a backup, or prepare the series again.'),
  'referral/not-claimed': conflict('The series was not claimed yet. Claim it first: the coordinator makes sure that it is referred once only.'),
  'referral/claim-waiting': conflict('The claim waits for the answer of the coordinator {coordinator}. Nothing was sent; send when it is granted.'),
  'referral/claim-refused': conflict('The claim was refused: {overlaps} of {items} files were already referred by {holder} at {since}. Send only the remainder, or leave it.'),
  'referral/claim-withdrawn': conflict('The claim was withdrawn at {at}, so another agency may refer the series now. Claim it again before sending.'),
  'referral/claim-exists': conflict('The series is claimed already: its claim is {state}.'),
  'referral/claim-not-refused': conflict('The claim was not refused, so there is no remainder: send the whole series.'),
  'referral/nothing-left': conflict('Every file of the series was already referred: nothing is left to send.'),
  'referral/already-sent': conflict('The referral was sent already, at {at}. It is sent once only.'),
  'referral/duplicate': conflict('This series was already submitted by {agency} at {at}. It is taken once only.'),
  'referral/not-sent': conflict('The referral has not been sent yet, so it can be neither confirmed nor answered.'),
  'referral/confirmed-otherwise': conflict('The referral was confirmed already, under another reference. Ask the recipient which is right.'),
  'referral/answered-already': conflict('The request was answered already. Nothing was changed.'),
  'referral/closed': conflict('The request is closed. Draft a new one if it is needed again.'),
  'referral/changed-meanwhile': conflict('Another officer changed the request: it is at version {version} now. Read it, then make your change again.'),
  'referral/permission-missing': conflict('{provider} has not permitted that this goes to {recipient}: it is marked {code}. Ask for the permission; the referral is kept and waits.'),
  'referral/permission-needless': conflict('No permission of {provider} under {code} is needed for this referral.'),
  'referral/permission-pending': conflict('The permission was asked at {at} and is not answered yet. Wait for the answer, or record it when you have it otherwise.'),
  'referral/not-participant': refused('{agency} takes no part in this operation, so it can neither refer nor claim for it.'),
  'referral/not-registrar': refused('Claims are decided by the coordinator of the operation, {coordinator}. Send it there.'),
  'referral/malformed': refused('The message is not valid at {field}. Its sender must make it again with a current version.'),
  'referral/misdirected': refused('The message comes from {agency}, which cannot state this. Nothing was changed; ask that agency by telephone.'),
  'referral/contradicts': conflict('A {what} with this id is here already with other content. Nothing was changed; ask its sender which is right.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_CODES;
