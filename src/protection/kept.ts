/** What an erasure leaves in the database, table by table, each with the reason. Everything else goes. */
const STATISTICS =
  'figures that were counted or published, under ids that nothing here links to a person any more (Directive (EU) 2016/680 Art. 4(3))';
const TRANSPORT =
  'that a message was sent, by whom, when, with which digest: proof of delivery, without content';
const LOG =
  'the custody log and who may act: acts, ids, digests, no content (Art. 25); it is erased by itself, with `custody_erase`';
const CONSULTED = 'who read what, and why (Art. 25); the filters of a search stand in it as they were typed';
const ONCE = 'that files were referred, by digest: a series is referred once only';
const DECIDED = 'that it was decided, by whom and why: accountability (Art. 4(4))';

export const KEPT_TABLES: Readonly<Record<string, string>> = {
  operation: 'the case’s name, lead and dates: the record that there was one',
  operation_participant: 'belongs to operation',
  programme_operation: 'belongs to operation',
  programme_plan_entry: 'belongs to operation',
  meeting: 'minutes of agencies’ meetings; they name desks, no persons of the case',
  meeting_agency: 'belongs to meeting',
  meeting_attendant: 'belongs to meeting',
  meeting_agenda_item: 'belongs to meeting',
  meeting_decision: 'belongs to meeting',
  outcome: STATISTICS,
  report: STATISTICS,
  report_target: STATISTICS,
  figure_set: STATISTICS,
  figure_share: STATISTICS,
  package: 'that a package was composed, approved and sent: digest, counts, officers',
  delivery: TRANSPORT,
  delivery_alarm: TRANSPORT,
  receipt: TRANSPORT,
  partial_upload: 'bytes of a message on its way; they go when it is whole, or after a day',
  message_recall: TRANSPORT,
  reconciliation: TRANSPORT,
  reconciliation_difference: TRANSPORT,
  erased_message: DECIDED,
  erasure_request: DECIDED,
  erasure_item: DECIDED,
  custody_event: LOG,
  officer_grant: LOG,
  proposal: `${DECIDED}; its free words go with the case or the person`,
  act_signature: DECIDED,
  emergency_access:
    'who opened the case at once, why, and what was found of it: accountability (Art. 4(4), 25)',
  consultation: CONSULTED,
  consultation_batch: CONSULTED,
  consultation_reason: CONSULTED,
  hash_list: 'lists of digests from elsewhere; not of a person',
  holdings_import: 'what this agency knew before, under its own rules; remove it at its source',
  holding: 'belongs to holdings_import',
  icse_series: ONCE,
  icse_item: ONCE,
  icse_claim: ONCE,
  icse_claim_item: ONCE,
  icse_overlap: ONCE,
  icse_received: ONCE,
  permission: 'who was asked for leave to use what, and the answer: it binds the provider too',
  permission_answer: 'belongs to permission',
  eurojust_request: 'part of the judicial file, kept by its rules',
  eurojust_received: 'part of the judicial file, kept by its rules',
  import_draft: 'an import under way; it is recorded when it is complete, and its draft goes',
  observation_shared_work: 'how work was shared out among machines',
  review_decision: DECIDED,
  legal_hold: DECIDED,
  data_erasure: DECIDED,
  subject_answer: DECIDED,
};
