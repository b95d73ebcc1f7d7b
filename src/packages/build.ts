/**
 * Building a package's content from its plan: the observations, the lists, the documents. No clock is
 * read and nothing is drawn by chance: the same plan over the same targets gives the same bytes.
 */
import { join } from 'node:path';
import type { PackageId } from '#core/ids.ts';
import { exportObservations } from '#observations/targets/export.ts';
import { type Operation, toDocument } from '#operations/types.ts';
import type { NodeContext } from '#platform/context.ts';
import type { PdfFonts } from '#platform/pdf.ts';
import { activityReader } from './activity.ts';
import type { MeasuredContent, PackageDraft } from './folder.ts';
import type { PackageFrame } from './frame.ts';
import { type Selection, targetDocuments } from './gather.ts';
import { linkReader } from './links.ts';
import { preservationReader } from './preservation-lines.ts';
import { writePreservation } from './preservation-write.ts';
import { clockSources, withClocks } from './retention.ts';
import {
  type ContentsDocument,
  EXERCISE_NOTICE,
  PACKAGE_CONTENT_FORMAT,
  type PreservationRequest,
} from './types.ts';
import { writeDocuments, writeLists } from './write.ts';

/** What a package will hold. */
export interface PackagePlan {
  readonly operation: Operation;
  readonly selection: Selection;
  readonly names: PackageFrame['names'];
  readonly packageId: PackageId;
  readonly contents: Pick<
    ContentsDocument,
    | 'version'
    | 'supersedes'
    | 'to'
    | 'country'
    | 'composedAt'
    | 'pap'
    | 'evaluation'
    | 'imports'
    | 'attribution'
  >;
}

export interface Built {
  readonly contents: ContentsDocument;
  readonly content: MeasuredContent;
}

export interface BuildOptions {
  readonly draft: PackageDraft;
  readonly fonts: PdfFonts;
  readonly signal: AbortSignal | undefined;
  readonly onDossier: () => void;
}

/** Writes the content into the draft and moves it to its place. */
export async function buildPackage(
  ctx: NodeContext,
  plan: PackagePlan,
  options: BuildOptions,
): Promise<Built> {
  const { draft, fonts, signal, onDossier } = options;
  const { folder } = draft;
  const { operationId } = plan.operation;
  const parquetPath = join(folder, 'observations.parquet');
  const targetIds = plan.selection.targets.map(({ targetId }) => targetId);
  const observations = await exportObservations(ctx, {
    operationId,
    targets: { ids: targetIds },
    csvPath: join(folder, 'observations.csv'),
    parquetPath,
    ...(signal && { signal }),
  });
  await using activity = await activityReader(ctx, parquetPath, signal);
  const { country } = plan.selection;
  await using reader = await preservationReader(ctx, { parquetPath, targetIds, country, signal });
  const links = await linkReader(ctx, operationId, targetIds);
  const targets = withClocks(
    targetDocuments(ctx, operationId, plan.selection, { activityOf: activity.of, links }),
    reader,
    await clockSources(ctx.db, operationId, new Date(plan.contents.composedAt)),
  );
  const lists = await writeLists(folder, targets, signal);
  const preservation = await reader.requests();
  const contents = contentsOf(plan, { ...lists, observations: observations.rows, preservation });
  const frame: PackageFrame = { contents, operation: toDocument(plan.operation), names: plan.names };
  await writePreservation({ folder, fonts, frame, reader, signal });
  await writeDocuments({ folder, fonts, frame, signal, onDossier });
  return { contents, content: await draft.settle(signal) };
}

const RANKING_WORDS =
  'Points for the time left to identify it, for recency, for files with a severity code, files that few supply and files that the tool flagged, for volume and for activity; each target says what it got and why. Imminent risk, entered by a person, and prior knowledge go before every score.';

function contentsOf(
  plan: PackagePlan,
  counted: {
    targets: number;
    addresses: number;
    observations: number;
    preservation: PreservationRequest[];
  },
): ContentsDocument {
  const { operation, selection } = plan;
  return {
    format: PACKAGE_CONTENT_FORMAT,
    packageId: plan.packageId,
    ...plan.contents,
    operationId: operation.operationId,
    from: operation.lead,
    exercise: operation.exercise,
    notice: operation.exercise ? EXERCISE_NOTICE : null,
    handling: { codes: [...operation.handling.codes], text: operation.handling.text },
    counts: {
      targets: counted.targets,
      targetsKnown: selection.targetsKnown,
      observations: counted.observations,
      addresses: counted.addresses,
    },
    ranking: { profile: selection.rankingVersion, words: RANKING_WORDS },
    preservation: counted.preservation,
  };
}
