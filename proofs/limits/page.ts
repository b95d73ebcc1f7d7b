/** docs/limits.tsv, where the limits are named, and docs/limits.md, the page made of it and of the code. */
import { FILE_KINDS, FILES_OF_THE_MACHINE, type FileKind } from './files.ts';
import { valueOf } from './values.ts';

export interface Limit {
  readonly section: string;
  readonly limit: string;
  /** Whose limit it is: a request’s, an account’s, the node’s. */
  readonly of: string;
  readonly source: string;
  readonly over: string;
}

/** @param table lines of cells with tabs between; the first names the columns */
export function readLimits(table: string): Limit[] {
  const [, ...lines] = table.trimEnd().split('\n');
  return lines.map((line) => {
    const [section = '', limit = '', of = '', source = '', over = ''] = line.split('\t');
    return { section, limit, of, source, over };
  });
}

export function limitsPage(limits: readonly Limit[]): string {
  const sections = [...new Set(limits.map(({ section }) => section))].map((section) =>
    [
      `## ${section}`,
      '',
      '| limit | is | of | beyond it |',
      '| --- | --- | --- | --- |',
      ...limits
        .filter((one) => one.section === section)
        .map(({ limit, of, source, over }) => `| ${limit} | ${valueOf(source)} | ${of} | ${over} |`),
    ].join('\n'),
  );
  return `${[OPENING, ...sections, files()].join('\n\n')}\n`;
}

const OPENING = `# Limits: rates, sizes, times

Written by \`npm run docs:limits\` from [limits.tsv](limits.tsv) and the code’s own constants and defaults; a test fails when
the page is not current, when a constant is gone, or when the doors of the node have a limit that is not here. Settings stand
with the name that they have in the file ([node.md](node.md)) and their default. Limits to a request hold before anything of
it is done; who is refused has changed nothing. What the database or the disk cannot take in is refused as a whole too.`;

function files(): string {
  return [
    '## Files: what is taken, and what becomes of a malicious one',
    '',
    'A node never runs, renders or passes on as its own what a file holds, and has no scanner for malware: signatures of',
    'malware say nothing of material that must be kept as evidence. A file is believed by its content, never by its name or',
    'extension. It is read by strict readers that are fuzzed ([proofs/fuzz.md](proofs/fuzz.md)), streamed within the sizes above,',
    'kept under a name of the node’s own outside of what is served, and refused whole with a code, which the custody log or the',
    'process log has. What officers download is a file to save (`Content-Disposition: attachment`, `nosniff`, a sandbox without',
    'scripts). Machines on which attachments are opened need the agency’s own protection.',
    '',
    '| file | comes by | is taken | one that is something else |',
    '| --- | --- | --- | --- |',
    ...[...FILE_KINDS, ...FILES_OF_THE_MACHINE].map(fileLine),
  ].join('\n');
}

function fileLine({ kind, door, taken, else: other }: FileKind): string {
  return `| ${kind} | \`${door}\` | ${taken} | ${other} |`;
}
