/**
 * A report that came, as a checklist. Every member is hostile until it is checked: shape, sender,
 * sums, targets. Pure over the document and what this node knows.
 */
import { Compile } from 'typebox/compile';
import { isProtected } from '#core/data-subjects.ts';
import { IcarusError } from '#core/errors.ts';
import type { Operation } from '#operations/types.ts';
import { ReportDocument } from './report-document.ts';
import { differingTotals, outcomeProblem, totalsOf } from './types.ts';

const validator = Compile(ReportDocument);

/** @throws report/malformed naming the first member that is wrong */
export function readReportDocument(text: string): ReportDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IcarusError('report/malformed', { field: 'the whole: it is no JSON' }, { cause });
  }
  if (validator.Check(value)) return value;
  const [first] = validator.Errors(value);
  throw new IcarusError('report/malformed', { field: first?.instancePath || 'the top' });
}

export interface ReportEnvelope {
  readonly from: string;
  readonly operationId: string | null;
}

/**
 * Is the document what its message says, from an agency that may state it?
 * @throws report/not-coordinator, report/misdirected, report/not-participant
 */
export function checkReportSender(
  document: ReportDocument,
  operation: Operation,
  at: { envelope: ReportEnvelope; here: string },
): void {
  if (operation.coordinator !== at.here)
    throw new IcarusError('report/not-coordinator', { coordinator: operation.coordinator });
  const participant = operation.participants.find(({ agencyId }) => agencyId === at.envelope.from);
  if (!participant) throw new IcarusError('report/not-participant', { agency: at.envelope.from });
  const stated =
    document.agencyId !== participant.agencyId
      ? `agency ${document.agencyId}`
      : document.country !== participant.country
        ? `country ${document.country}`
        : document.operationId !== operation.operationId || at.envelope.operationId !== operation.operationId
          ? 'another operation'
          : document.exercise !== operation.exercise
            ? document.exercise
              ? 'an exercise'
              : 'no exercise'
            : undefined;
  if (stated) throw new IcarusError('report/misdirected', { stated });
}

/**
 * Do the statements hold in themselves, and are they about the country's own targets?
 * @param known ids of the targets of the country's packages
 * @throws report/target-twice, report/target-unknown, report/malformed, report/totals-disagree
 */
export function checkReportContent(document: ReportDocument, known: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const [index, target] of document.targets.entries()) {
    const position = index + 1;
    if (seen.has(target.targetId)) throw new IcarusError('report/target-twice', { position });
    seen.add(target.targetId);
    if (!known.has(target.targetId))
      throw new IcarusError('report/target-unknown', { position, country: document.country });
    const problem = outcomeProblem(target);
    if (target.person?.strictlyNecessary && !isProtected(target.person))
      throw new IcarusError('report/malformed', { field: `targets/${index}/person/strictlyNecessary` });
    if (problem) throw new IcarusError('report/malformed', { field: `targets/${index}: ${problem}` });
  }
  const [field] = differingTotals(document.totals, totalsOf(document.targets));
  if (field) throw new IcarusError('report/totals-disagree', { field });
}
