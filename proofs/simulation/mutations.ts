/** Rules broken on purpose: the simulation must find each of them, or it proves nothing. */

interface Edit {
  readonly find: string;
  readonly replace: string;
}

export interface Mutation {
  readonly name: string;
  /** Below src/. */
  readonly file: string;
  readonly edits: readonly Edit[];
}

const only = (find: string, replace: string): readonly Edit[] => [{ find, replace }];

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'answers-before-the-commit',
    file: 'exchange/accept.ts',
    edits: only(
      'if (await exchange.arrivals(arrived)) return { messageId, sha256, known: false };',
      'void exchange.arrivals(arrived).catch(() => {});\n  if (messageId) return { messageId, sha256, known: false };',
    ),
  },
  {
    name: 'takes-another-message-under-a-known-id',
    file: 'exchange/inbox-store.ts',
    edits: only(
      'on conflict (id) do nothing returning file',
      'on conflict (id) do update set sha256 = excluded.sha256, file = excluded.file returning file',
    ),
  },
  {
    name: 'forgets-to-make-files-durable',
    file: 'platform/durable-file.ts',
    edits: only('await onDisk(place, () => handle.sync());', ''),
  },
  {
    name: 'forgets-to-make-names-durable',
    file: 'platform/staging-folder.ts',
    edits: only('await syncFolder(dirname(target));', ''),
  },
  {
    name: 'acknowledges-apart-from-the-opening',
    file: 'exchange/record-openings.ts',
    edits: only(
      'await postMessages(ctx, group.tx, receipts, { actor: EXCHANGE_ACTOR });',
      'setTimeout(() => void inTransaction(ctx, (other) => postMessages(ctx, other, receipts, { actor: EXCHANGE_ACTOR })), 1);',
    ),
  },
  {
    name: 'keeps-what-a-dead-process-held',
    file: 'exchange/claim-store.ts',
    edits: only(
      'update delivery d set free_at = now() + make_interval(secs => ${HOLD_SECONDS})',
      "update delivery d set free_at = 'infinity'::timestamptz + make_interval(secs => ${HOLD_SECONDS} * 0)",
    ),
  },
  {
    name: 'takes-silence-for-an-answer',
    file: 'exchange/deliver.ts',
    edits: only(
      "return typeof answer === 'string'",
      "if (answer === 'exchange/peer-silent') return { state: 'sent' };\n  return typeof answer === 'string'",
    ),
  },
  {
    name: 'counts-parts-before-they-are-durable',
    file: 'exchange/take-part.ts',
    edits: only('await onDisk(path, () => handle.datasync());', ''),
  },
];
