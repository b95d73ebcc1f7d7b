/** What every document of a package knows of it, and the parts that they share. */
import type { OperationDocument } from '#operations/types.ts';
import { heading, paragraph, table } from './blocks.ts';
import { type Furniture, type Sheet } from './text.ts';
import type { ContentsDocument } from './types.ts';
import { grouped } from './words.ts';

export interface PackageFrame {
  readonly contents: ContentsDocument;
  readonly operation: OperationDocument;
  /** Names of the agencies, as their cards say. */
  readonly names: { readonly lead: string; readonly addressee: string; readonly coordinator: string };
}

export function furnitureOf({ contents, operation, names }: PackageFrame, subject?: string): Furniture {
  return {
    handling: contents.handling,
    evaluation: `${contents.evaluation.source}${contents.evaluation.information}`,
    operation: `Operation ${operation.codeName}`,
    route: `${names.lead} to ${names.addressee}`,
    reference: [
      contents.packageId,
      `version ${contents.version}`,
      ...(subject === undefined ? [] : [subject]),
    ].join(' · '),
    exercise: contents.exercise,
  };
}

/** Where everything comes from: files and snapshots by their SHA-256, so that anyone can check. */
export function provenance(sheet: Sheet, { contents }: PackageFrame): void {
  heading(sheet, 'Where this comes from');
  table(
    sheet,
    [
      { title: 'Observation log', share: 0.19 },
      { title: 'Read with', share: 0.16 },
      { title: 'Observations', share: 0.12, align: 'right' },
      { title: 'SHA-256 of the file', share: 0.53, size: 7 },
    ],
    contents.imports.map((source) => [
      source.fileName,
      `${source.profile}, version ${source.profileVersion}`,
      grouped(source.observations),
      source.sha256,
    ]),
  );
  table(
    sheet,
    [
      { title: 'Addresses attributed from', share: 0.35 },
      { title: 'As of', share: 0.12 },
      { title: 'SHA-256 of the snapshot', share: 0.53, size: 7 },
    ],
    contents.attribution.map(({ source, date, sha256 }) => [source, date, sha256]),
  );
  paragraph(sheet, `Ranking: ${contents.ranking.profile}. ${contents.ranking.words}`, { size: 8.5 });
}
