/**
 * Contributing selectors of a country's suspects for matching. Only suspects, convicted persons and
 * potential offenders, others by a justification that a second officer approved, never a minor; every value is normalised here, so that what cannot be compared
 * is refused before anything leaves the country. They go sealed to the coordinator alone.
 */
import { type Actor, actorName, authorize } from '#access/policy.ts';
import { type PersonCategory, personsStatedBy } from '#casework/person-store.ts';
import type { CountryCode } from '#core/countries.ts';
import { isProtected, MATCHED_CATEGORIES } from '#core/data-subjects.ts';
import { IcarusError } from '#core/errors.ts';
import type { Evaluation, Handling } from '#core/handling.ts';
import type { MessageId, OperationId } from '#core/ids.ts';
import { requirePap } from '#correspondence/pap-leave.ts';
import { recordEvent } from '#custody/record.ts';
import { postMessage, sealMessage } from '#exchange/send.ts';
import { requireOperation } from '#operations/create.ts';
import { levelsOfTargets } from '#packages/pap.ts';
import { receivedTargetIds } from '#packages/received-targets.ts';
import { inTransaction, type NodeContext } from '#platform/context.ts';
import {
  checkSuspects,
  checkTargets,
  SELECTORS_FILE,
  SELECTORS_FORMAT,
  SELECTORS_KIND,
  type SelectorsDocument,
  type SuspectDocument,
} from './contribution.ts';
import { normaliseSelector, type SelectorType } from './selectors.ts';
import { handlingProblem } from './types.ts';

export interface SuspectInput {
  /** The unit's own opaque reference of the person; no name. */
  readonly suspectRef: string;
  /** The target that the suspect is the user of. Default: none. */
  readonly targetId?: string | null | undefined;
  /** Anything but suspect, convicted and potential-offender is refused; a target's own category goes before it. */
  readonly category: string;
  readonly minor: boolean;
  readonly evaluation: Evaluation;
  readonly handling: Handling;
  /** `name-with-birth-date` as `Name|YYYY-MM-DD`; a phone without a country code needs `defaultCountry`. */
  readonly selectors: readonly {
    readonly type: SelectorType;
    readonly value: string;
    readonly defaultCountry?: CountryCode | undefined;
  }[];
}

export interface SentSelectors {
  readonly messageId: MessageId;
  readonly suspects: number;
  readonly selectors: number;
}

/**
 * @throws crossmatch/not-participant, -category-not-matched, -minor, -selectors-invalid, -information-invalid,
 * -suspect-twice, -target-unknown, -person-protected; handling/pap-blocks
 */
export async function sendSelectors(
  ctx: NodeContext,
  actor: Actor,
  input: { readonly operationId: OperationId; readonly suspects: readonly SuspectInput[] },
): Promise<SentSelectors> {
  authorize(actor, 'selectors.send', { operationId: input.operationId });
  const operation = await requireOperation(ctx.db, input.operationId);
  const own = operation.participants.find(({ agencyId }) => agencyId === ctx.node.agencyId);
  if (!own) throw new IcarusError('crossmatch/not-participant', { agency: ctx.node.agencyId });
  const persons = await ownPersons(ctx, operation.operationId);
  const suspects = input.suspects.map((suspect, index) =>
    toDocument(suspect, index, persons.get(suspect.targetId ?? '')),
  );
  const now = ctx.clock.now();
  checkSuspects(suspects, now);
  checkTargets(suspects, await receivedTargetIds(ctx.db, operation.operationId, own.country));
  const targetIds = suspects.flatMap(({ targetId }) => targetId ?? []);
  for (const level of await levelsOfTargets(ctx.db, operation.operationId, targetIds))
    await requirePap(ctx, level, { act: 'selectors', to: operation.coordinator, at: now });
  const document: SelectorsDocument = {
    format: SELECTORS_FORMAT,
    operationId: operation.operationId,
    agencyId: own.agencyId,
    country: own.country,
    exercise: operation.exercise,
    createdAt: now.toISOString(),
    suspects,
  };
  const sealed = await sealMessage(ctx, {
    kind: SELECTORS_KIND,
    operationId: operation.operationId,
    to: [operation.coordinator],
    entries: [fileOf(document)],
    subject: `Selectors of ${own.agencyId}`,
  });
  const sent = {
    messageId: sealed.messageId,
    suspects: suspects.length,
    selectors: suspects.reduce((sum, { selectors }) => sum + selectors.length, 0),
  };
  await inTransaction(ctx, async (tx) => {
    await recordEvent(tx, {
      at: now,
      kind: 'selectors.sent',
      actor: actorName(actor),
      operationId: operation.operationId,
      subject: { kind: 'message', id: sealed.messageId },
      facts: { suspects: sent.suspects, selectors: sent.selectors, content: sealed.contentDigest },
    });
    await postMessage(ctx, tx, sealed, { actor });
  });
  return sent;
}

/** What this agency says of the persons behind its targets. */
async function ownPersons(
  { db, node }: Pick<NodeContext, 'db' | 'node'>,
  operationId: OperationId,
): Promise<ReadonlyMap<string, PersonCategory>> {
  const versions = await personsStatedBy(db, operationId, node.agencyId);
  // Of each person the newest comes last.
  return new Map(versions.map((one) => [one.targetId, one]));
}

/** What the person behind the target is said to be goes before what the officer writes here. */
function categoryOf(
  suspect: SuspectInput,
  position: number,
  person: PersonCategory | undefined,
): Pick<SuspectDocument, 'category' | 'necessity'> {
  if (suspect.minor || person?.minor) throw new IcarusError('crossmatch/minor', { position });
  if (person && isProtected(person)) {
    if (!person.strictlyNecessary) throw new IcarusError('crossmatch/person-protected', { position });
    return { category: person.category, necessity: person.necessity };
  }
  const category = MATCHED_CATEGORIES.find((one) => one === suspect.category);
  if (!category) throw new IcarusError('crossmatch/category-not-matched');
  return { category };
}

function toDocument(
  suspect: SuspectInput,
  index: number,
  person: PersonCategory | undefined,
): SuspectDocument {
  const position = index + 1;
  const { suspectRef, targetId = null, evaluation, handling } = suspect;
  const said = categoryOf(suspect, position, person);
  const reason = handlingProblem(handling);
  if (reason) throw new IcarusError('crossmatch/information-invalid', { reason });
  if (suspect.selectors.length === 0)
    throw new IcarusError('crossmatch/selectors-invalid', { position, selector: 1, reason: 'there is none' });
  const selectors = suspect.selectors.map(({ type, value, defaultCountry }, at) => {
    const normalised = normaliseSelector(type, value, { defaultCountry });
    if ('value' in normalised) return { type, value: normalised.value, given: value.trim() };
    throw new IcarusError('crossmatch/selectors-invalid', {
      position,
      selector: at + 1,
      reason: normalised.refused,
    });
  });
  return {
    suspectRef,
    targetId,
    ...said,
    minor: false,
    evaluation: { ...evaluation },
    handling: { codes: [...handling.codes], text: handling.text.trim() },
    selectors,
  };
}

function fileOf(document: SelectorsDocument) {
  const bytes = new TextEncoder().encode(`${JSON.stringify(document, null, 1)}\n`);
  return {
    path: SELECTORS_FILE,
    sizeBytes: bytes.length,
    async *content() {
      yield bytes;
    },
  };
}
