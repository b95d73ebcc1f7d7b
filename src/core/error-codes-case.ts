/** Errors of the operation itself: packages, casework, evidence, matches, referrals, results, exercise. */
import { conflict, denied, type ErrorKind, notFound, refused, unavailable, usage } from './error-kind.ts';

export const CASE_ERRORS = {
  // packages
  'package/not-found': notFound(
    'There is no package {package} on this node. List them with `icarus package list`.',
  ),
  'package/target-not-found': notFound(
    'There is no target {target} in the packages of this operation. List them again.',
  ),
  'package/file-not-found': notFound(
    'The package does not hold {file}. Ask for one of the files that its list names.',
  ),
  'package/not-lead': denied(
    'Only the lead agency {lead} composes, approves and sends the packages of this operation.',
  ),
  'package/no-targets': conflict(
    'No participating country has targets to send yet. Build the targets first, then compose again.',
  ),
  'package/country-not-participating': refused(
    '{country} does not take part in this operation. Choose among its participants.',
  ),
  'package/not-approved': conflict(
    'The package for {country} is not approved. A second officer must approve it before it is sent.',
  ),
  'package/frozen': conflict(
    'The package for {country} was approved already and cannot be changed or approved again.',
  ),
  'package/other-digest': conflict(
    'The package for {country} was composed anew since you looked at it. Look at it again, then approve what you see.',
  ),
  'package/altered': conflict(
    'The files of the package for {country} are no longer those that were composed. It was not used. Restore its folder from a backup, or compose it again if it was not approved.',
  ),
  'package/changed-meanwhile': conflict(
    'The package for {country} was composed, approved or sent by somebody else at the same time. Look at it again; nothing was changed.',
  ),
  'package/content-invalid': refused(
    'The package says something that cannot be read at {place} of {file}. Nothing was imported; ask the sender to compose and send it again.',
  ),
  'package/not-from-lead': refused(
    'The package comes from {agency}, which does not lead this operation. Nothing was imported; ask the lead agency by telephone.',
  ),
  'package/not-for-us': refused(
    'The package is for {agency}, and this node is neither that agency nor the coordinator. Nothing was imported; tell the sender that it went astray.',
  ),
  'package/contradicts': conflict(
    'The package for {country}, version {version}, is known here with other content. Nothing was changed; ask the sender which is right.',
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
  'casework/category-words-missing': refused(
    'The {what} needs {least} to {most} characters. Say in words why, without a name, and record it again.',
  ),
  'casework/category-changed': conflict(
    'Version {version} of this person’s category was recorded meanwhile. Read it, then record yours again if it still holds.',
  ),
  'casework/person-open': conflict(
    'No record of a victim, another party or a minor is closed under this target. Open it as any other; nothing was changed.',
  ),
  'casework/necessity-unneeded': refused(
    'Suspects, convicted persons and potential offenders of full age are matched without a justification. Leave it out, and record it again.',
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
  'report/package-awaited': unavailable(
    'The package of {country} has not been opened on this node yet, so its report cannot be checked. It is tried again by itself.',
  ),
  'report/contradicts': conflict(
    'Report {sequence} of {agency} is here already with another content. Ask that agency which is right; nothing was changed.',
  ),
  // casework: imminent risk
  'risk/reason-missing': usage(
    'An alarm needs its reason, in at most 2,000 characters. Say what may happen and when.',
  ),
  'risk/not-concerned': denied(
    'The agency {agency} is not concerned with this target: only its country, the lead and the coordinator may raise or clear an alarm.',
  ),
  'risk/malformed': refused('The alarm message is not as it must be. Ask its sender to send it again.'),
  // evidence
  'evidence/exhibit-invalid': refused(
    'The exhibit contradicts itself: {reason}. Correct it and register it again.',
  ),
  'evidence/exhibit-not-found': notFound(
    'There is no exhibit {exhibit} in this operation. List them with `icarus evidence list`.',
  ),
  'evidence/reference-taken': conflict(
    'The reference {reference} is already another exhibit of this operation. Choose the right one, or give this one its own.',
  ),
  'evidence/target-unknown': refused(
    'There is no target {target} in the packages that this node received. Register the exhibit without it, or choose the right one.',
  ),
  'evidence/folder-unreadable': refused(
    'The folder of the exhibit cannot be read: {reason}. Check that it is mounted and where; what was examined before is kept.',
  ),
  'evidence/folder-own': refused(
    'That folder holds this node itself, or lies inside it. Name the folder where the exhibit is mounted.',
  ),
  'evidence/inventory-running': conflict(
    'An inventory of this exhibit is under way. Wait for it, or cancel it first.',
  ),
  'evidence/inventory-not-found': notFound(
    'There is no inventory {inventory} of this exhibit. Start one first.',
  ),
  'evidence/inventory-not-running': conflict(
    'The inventory is {state}: there is nothing to cancel or resume.',
  ),
  'evidence/inventory-unfinished': conflict(
    'The inventory is {state}. A report is made of one that has been finished.',
  ),
  'evidence/report-not-found': notFound('No report of this exhibit has been made yet. Make one first.'),
  'evidence/list-format-unknown': refused(
    'The file is no hash list that this version knows: {reason}. Give a plain list, md5sum or sha*sum output, a hashdeep file, CSV with a hash column, or VICS JSON.',
  ),
  'evidence/list-cut': refused(
    'The hash list ends in the middle, after {rows} entries: part of it is missing. Copy it again and compare its checksum; nothing was imported.',
  ),
  'evidence/list-malformed': refused(
    'The hash list is broken at byte {position}: {reason}. Ask its source for it again; nothing was imported.',
  ),
  'evidence/list-empty': refused(
    'No row of the hash list could be taken: {skipped} were skipped. Look at the reasons in the preview; nothing was imported.',
  ),
  'evidence/list-known-otherwise': conflict(
    'This very file was imported before as "{name}" with other meanings. Nothing was changed.',
  ),
  'evidence/list-not-found': notFound('There is no hash list {list} on this node.'),
  // crossmatch
  'crossmatch/category-not-matched': refused(
    'Only suspects, convicted persons and potential offenders are cross-matched. Victims, minors and other parties are not: take them out and try again.',
  ),
  'crossmatch/person-protected': refused(
    'Suspect {position} is a victim or another party by the category of his target. He is matched only by a written justification of strict necessity that a second officer approved: say it with his category, or leave him out.',
  ),
  'crossmatch/minor': refused(
    'Suspect {position} is a minor. Minors are not contributed for matching; leave them out and ask the coordinator by hand. Nothing was sent.',
  ),
  'crossmatch/information-invalid': refused(
    'The evaluation, handling or origin cannot stand so: {reason}. Correct it; nothing was changed.',
  ),
  'crossmatch/mapping-invalid': refused(
    'The mapping is not valid at {field}: {reason}. Correct it; nothing was imported.',
  ),
  'crossmatch/mapping-not-found': notFound(
    'There is no mapping {mapping} on this node. Add it first, or choose one of the list.',
  ),
  'crossmatch/column-missing': refused(
    'The mapping {mapping} takes a value from the column "{column}", which the file does not have. Its columns are: {columns}. Correct the mapping, or choose the right file; nothing was imported.',
  ),
  'crossmatch/holdings-unreadable': refused(
    'The holdings file cannot be read: {reason}. Export it again as CSV in UTF-8; nothing was imported.',
  ),
  'crossmatch/holdings-empty': refused(
    'No row of the holdings file could be taken. Check the mapping and the delimiter; nothing was imported.',
  ),
  'crossmatch/holdings-changed': conflict(
    'The holdings file changed while it was read. Nothing was imported; try again when it is at rest.',
  ),
  'crossmatch/import-not-found': notFound('There is no import {import} of holdings on this node.'),
  'crossmatch/selectors-invalid': refused(
    'Selector {selector} of suspect {position} cannot be used: {reason}. Correct it; nothing was sent.',
  ),
  'crossmatch/suspect-twice': refused(
    'Suspect {position} has the reference of another suspect of this list. Put their selectors together; nothing was sent.',
  ),
  'crossmatch/target-unknown': refused(
    'Suspect {position} names a target that is not in the package of this country. Leave the target out, or choose the right one.',
  ),
  'crossmatch/not-participant': refused(
    'Only a participating agency of the operation contributes selectors, and {agency} is none.',
  ),
  'crossmatch/not-coordinator': refused(
    'Selectors go to the coordinator of the operation, and this node is not. Send them to {coordinator}.',
  ),
  'crossmatch/malformed': refused(
    'The selectors are not valid at {field}. Their sender must make the message again with a current version.',
  ),
  'crossmatch/package-awaited': unavailable(
    'The package of {country} has not been opened on this node yet, so its selectors cannot be checked. It is tried again by itself.',
  ),
  'crossmatch/hit-not-found': notFound('There is no hit {hit} in this operation.'),
  'crossmatch/decided-meanwhile': conflict(
    'Another officer decided this hit meanwhile: it stands at version {version}. Read that decision, then decide again if yours still holds.',
  ),
  'crossmatch/network-not-found': notFound(
    'There is no network {network} in this operation: the decisions that made it may have changed. Open the list again.',
  ),
  // referrals
  'referral/not-found': notFound('There is no {what} {id} in this operation.'),
  'referral/invalid': refused('The referral contradicts itself: {reason}. Correct it and try again.'),
  'referral/item-invalid': refused(
    'Line {position} of the series cannot be taken: {reason}. Correct it and prepare the series again; nothing was kept.',
  ),
  'referral/items-contradict': refused(
    'The series names {count} of its files twice, with different hashes or marks. Say which is right and prepare the series again; nothing was kept.',
  ),
  'referral/series-empty': refused('The series holds no file. Prepare one that does.'),
  'referral/not-approved': conflict(
    'A second officer has not approved this referral yet. Nothing is sent or claimed before that.',
  ),
  'referral/approved-already': conflict('The referral was approved already.'),
  'referral/other-digest': conflict(
    'The referral is not the one that you looked at: its digest is another. Open it again, then approve what you see.',
  ),
  'referral/altered': conflict(
    'The files of the series are no longer those that were approved. Nothing was sent. Restore the database from a backup, or prepare the series again.',
  ),
  'referral/not-claimed': conflict(
    'The series was not claimed yet. Claim it first: the coordinator makes sure that it is referred once only.',
  ),
  'referral/claim-waiting': conflict(
    'The claim waits for the answer of the coordinator {coordinator}. Nothing was sent; send when it is granted.',
  ),
  'referral/claim-refused': conflict(
    'The claim was refused: {overlaps} of {items} files were already referred by {holder} at {since}. Send only the remainder, or leave it.',
  ),
  'referral/claim-withdrawn': conflict(
    'The claim was withdrawn at {at}, so another agency may refer the series now. Claim it again before sending.',
  ),
  'referral/claim-exists': conflict('The series is claimed already: its claim is {state}.'),
  'referral/claim-not-refused': conflict(
    'The claim was not refused, so there is no remainder: send the whole series.',
  ),
  'referral/nothing-left': conflict(
    'Every file of the series was already referred: nothing is left to send.',
  ),
  'referral/already-sent': conflict('The referral was sent already, at {at}. It is sent once only.'),
  'referral/duplicate': conflict(
    'This series was already submitted by {agency} at {at}. It is taken once only.',
  ),
  'referral/not-sent': conflict(
    'The referral has not been sent yet, so it can be neither confirmed nor answered.',
  ),
  'referral/confirmed-otherwise': conflict(
    'The referral was confirmed already, under another reference. Ask the recipient which is right.',
  ),
  'referral/answered-already': conflict('The request was answered already. Nothing was changed.'),
  'referral/closed': conflict('The request is closed. Draft a new one if it is needed again.'),
  'referral/changed-meanwhile': conflict(
    'Another officer changed the request: it is at version {version} now. Read it, then make your change again.',
  ),
  'referral/permission-missing': conflict(
    '{provider} has not permitted that this goes to {recipient}: it is marked {code}. Ask for the permission; the referral is kept and waits.',
  ),
  'referral/permission-needless': conflict(
    'No permission of {provider} under {code} is needed for this referral.',
  ),
  'referral/permission-pending': conflict(
    'The permission was asked at {at} and is not answered yet. Wait for the answer, or record it when you have it otherwise.',
  ),
  'referral/not-participant': refused(
    '{agency} takes no part in this operation, so it can neither refer nor claim for it.',
  ),
  'referral/not-registrar': refused(
    'Claims are decided by the coordinator of the operation, {coordinator}. Send it there.',
  ),
  'referral/malformed': refused(
    'The message is not valid at {field}. Its sender must make it again with a current version.',
  ),
  'referral/misdirected': refused(
    'The message comes from {agency}, which cannot state this. Nothing was changed; ask that agency by telephone.',
  ),
  'referral/contradicts': conflict(
    'A {what} with this id is here already with other content. Nothing was changed; ask its sender which is right.',
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
  'exercise/too-few-observations': usage(
    'An exercise needs at least {least} observations, so that every country has its targets. Start it with --observations {least} or more.',
  ),
  'exercise/other-parameters': conflict(
    'An exercise with {observations} observations and seed {seed} is here already. Go on with those, or begin again with --fresh.',
  ),
  'exercise/other-entry': conflict(
    'The exercise that is here was begun {option} --signed-in. Go on {option} it, or begin again with --fresh.',
  ),
  'exercise/not-loopback': denied(
    'An exercise has desks without sign-in, so it listens on this machine only, not on {host}. Leave ICARUS_HTTP_HOST at 127.0.0.1.',
  ),
  'exercise/other-address': conflict(
    'The exercise that is here was set up at {address}. Start it at that address, or begin again with --fresh.',
  ),
  'exercise/not-running': notFound(
    'No exercise answers at {address}. Start one with `npm start`, or name its port with ICARUS_HTTP_PORT.',
  ),
} as const satisfies Record<string, ErrorKind>;
