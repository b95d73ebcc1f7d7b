/**
 * A national unit's selectors as they travel: `selectors.json`, alone in a sealed message to the
 * coordinator. References are opaque: who the suspect is stays in the country. The same shape is
 * written by the unit and checked, as hostile, by the coordinator.
 */

import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isProtected, SUBJECT_CATEGORIES } from '#core/data-subjects.ts';
import { IcarusError } from '#core/errors.ts';
import { STORABLE } from '#core/storable-text.ts';
import type { Operation, Participant } from '#operations/types.ts';
import {
  MOST_CHARACTERS,
  majorityOf,
  normaliseSelector,
  SELECTOR_TYPES,
  type Selector,
} from './selectors.ts';
import { EvaluationDocument, HandlingDocument, handlingProblem } from './types.ts';

export const SELECTORS_KIND = 'selectors';
export const SELECTORS_FILE = 'selectors.json';
export const SELECTORS_FORMAT = 'icarus-selectors/1';
export const MOST_SUSPECTS = 10_000;
export const MOST_SELECTORS = 200;

const closed = { additionalProperties: false } as const;
const Value = Type.String({ minLength: 1, maxLength: MOST_CHARACTERS, pattern: STORABLE });

export const SuspectRef = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[0-9A-Za-z][0-9A-Za-z._/-]*$',
  description: "The unit's own reference; no name",
});

const SuspectDocument = Type.Object(
  {
    suspectRef: SuspectRef,
    /** The target that the suspect is the user of; null where none is. */
    targetId: Type.Union([Type.String({ minLength: 1, maxLength: 100, pattern: STORABLE }), Type.Null()]),
    category: Type.Enum([...SUBJECT_CATEGORIES]),
    /** Why matching a victim or another party is strictly necessary; only such have it. */
    necessity: Type.Optional(Type.String({ minLength: 10, maxLength: 2000, pattern: STORABLE })),
    /** Minors are never contributed. */
    minor: Type.Literal(false),
    evaluation: EvaluationDocument,
    handling: HandlingDocument,
    selectors: Type.Array(
      Type.Object({ type: Type.Enum([...SELECTOR_TYPES]), value: Value, given: Value }, closed),
      { minItems: 1, maxItems: MOST_SELECTORS },
    ),
  },
  closed,
);
export type SuspectDocument = Static<typeof SuspectDocument>;

export const SelectorsDocument = Type.Object(
  {
    format: Type.Literal(SELECTORS_FORMAT),
    operationId: Type.String({ pattern: '^operation_[0-9a-z]{26}$' }),
    agencyId: Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' }),
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    exercise: Type.Boolean(),
    createdAt: Type.String({
      format: 'date-time',
      pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$',
    }),
    suspects: Type.Array(SuspectDocument, { minItems: 1, maxItems: MOST_SUSPECTS }),
  },
  closed,
);
export type SelectorsDocument = Static<typeof SelectorsDocument>;

const validator = Compile(SelectorsDocument);

/** @throws crossmatch/malformed naming the first member that is wrong */
export function readSelectorsDocument(text: string): SelectorsDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IcarusError('crossmatch/malformed', { field: 'the whole: it is no JSON' }, { cause });
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new IcarusError('crossmatch/malformed', { field: first?.instancePath || 'the top' });
}

/**
 * Is the document what its message says, to the agency that may have it, from one that may state it?
 * @throws crossmatch/not-coordinator, crossmatch/not-participant, crossmatch/malformed
 */
export function checkContributor(
  document: SelectorsDocument,
  operation: Operation,
  at: { from: string; here: string },
): Participant {
  if (operation.coordinator !== at.here)
    throw new IcarusError('crossmatch/not-coordinator', { coordinator: operation.coordinator });
  const participant = operation.participants.find(({ agencyId }) => agencyId === at.from);
  if (!participant) throw new IcarusError('crossmatch/not-participant', { agency: at.from });
  const wrong =
    document.agencyId !== participant.agencyId
      ? 'agencyId'
      : document.country !== participant.country
        ? 'country'
        : document.operationId !== operation.operationId
          ? 'operationId'
          : document.exercise !== operation.exercise
            ? 'exercise'
            : undefined;
  if (wrong) throw new IcarusError('crossmatch/malformed', { field: wrong });
  return participant;
}

/**
 * Does each suspect hold in itself? Values must be in the form by which they are compared.
 * @throws crossmatch/malformed, crossmatch/minor, crossmatch/suspect-twice
 */
export function checkSuspects(suspects: readonly SuspectDocument[], now: Date): void {
  const seen = new Set<string>();
  for (const [index, suspect] of suspects.entries()) {
    const position = index + 1;
    if (seen.has(suspect.suspectRef)) throw new IcarusError('crossmatch/suspect-twice', { position });
    seen.add(suspect.suspectRef);
    // Annex II.A; whoever else is matched is known by his target, whose category was justified.
    const justified = suspect.necessity !== undefined;
    if (isProtected(suspect) !== justified || (justified && suspect.targetId === null))
      throw new IcarusError('crossmatch/malformed', { field: `suspects/${index}/category` });
    const handling = handlingProblem(suspect.handling);
    if (handling)
      throw new IcarusError('crossmatch/malformed', { field: `suspects/${index}/handling: ${handling}` });
    for (const [at, { type, value }] of suspect.selectors.entries()) {
      const normalised = normaliseSelector(type, value);
      if (!('value' in normalised) || normalised.value !== value)
        throw new IcarusError('crossmatch/malformed', { field: `suspects/${index}/selectors/${at}/value` });
    }
    if (isMinor(suspect.selectors, now)) throw new IcarusError('crossmatch/minor', { position });
  }
}

/** @throws crossmatch/target-unknown where a suspect's target is none of `known` */
export function checkTargets(
  suspects: readonly Pick<SuspectDocument, 'targetId'>[],
  known: ReadonlySet<string>,
): void {
  for (const [index, { targetId }] of suspects.entries())
    if (targetId !== null && !known.has(targetId))
      throw new IcarusError('crossmatch/target-unknown', { position: index + 1 });
}

/** By any birth date that is stated. */
export function isMinor(selectors: readonly Pick<Selector, 'type' | 'value'>[], now: Date): boolean {
  return selectors.some(({ type, value }) => type === 'name-with-birth-date' && majorityOf(value) > now);
}
