/** docs/asvs.tsv, where the verdicts are written, and docs/asvs.md, the page made of it. */
import { CHAPTERS, LEVEL_OF } from './levels.ts';

export const VERDICTS = ['test', 'design', 'not applicable', 'not met'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Answer {
  readonly requirement: string;
  readonly level: number;
  /** What the standard asks, in short. */
  readonly asks: string;
  readonly verdict: Verdict;
  /** Files whose tests would fail. */
  readonly tests: readonly string[];
  readonly why: string;
}

/** @param table lines of cells with tabs between; the first names the columns */
export function readAnswers(table: string): Answer[] {
  const [, ...lines] = table.trimEnd().split('\n');
  return lines.map((text) => {
    const [requirement = '', level, asks = '', verdict, tests = '', why = ''] = text.split('\t');
    return {
      requirement,
      level: Number(level),
      asks,
      verdict: verdict as Verdict,
      tests: tests.split(' ').filter((test) => test !== ''),
      why,
    };
  });
}

const WORDS: Readonly<Record<Verdict, string>> = {
  test: 'met, by test',
  design: 'met, by design',
  'not applicable': 'not applicable',
  'not met': '**not met**',
};

export function asvsPage(answers: readonly Answer[]): string {
  const chapters = Object.entries(CHAPTERS).map(([chapter, name]) => {
    const own = answers.filter(({ requirement }) => requirement.startsWith(`${chapter}.`));
    return [`## ${chapter} ${name}`, '', ...HEAD, ...own.map(line)].join('\n');
  });
  return `${[opening(answers), ...chapters].join('\n\n')}\n`;
}

function opening(answers: readonly Answer[]): string {
  const open = answers.filter(({ verdict }) => verdict === 'not met');
  return [
    '# OWASP ASVS 5.0, levels 1 and 2',
    '',
    'Written by `npm run docs:asvs` from [asvs.tsv](asvs.tsv); a test fails when the page is not current, when a',
    'requirement has no verdict, or when a test that is named is not there. What was judged is the product, not an',
    'installation of it: the proxy, the database and the machine of an agency are its own to judge.',
    '',
    `${answers.length} of the standard’s ${LEVEL_OF.size} requirements are of levels 1 and 2:`,
    '',
    '| verdict | level 1 | level 2 | both |',
    '| --- | --- | --- | --- |',
    ...VERDICTS.map((verdict) => {
      const [one, two] = [1, 2].map(
        (level) => answers.filter((each) => each.verdict === verdict && each.level === level).length,
      );
      return `| ${WORDS[verdict]} | ${one} | ${two} | ${(one ?? 0) + (two ?? 0)} |`;
    }),
    '',
    'The column *asks* is ours and short; the words that count are the standard’s. OWASP Application Security',
    'Verification Standard 5.0.0, © The OWASP Foundation, [CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/);',
    'this page and its table are under the same licence.',
    '',
    '## What is not met',
    '',
    ...open.map(({ requirement, asks }) => `- ${requirement} ${asks}`),
  ].join('\n');
}

const HEAD = ['| requirement | level | asks | verdict | where, or why |', '| --- | --- | --- | --- | --- |'];

function line({ requirement, level, asks, verdict, tests, why }: Answer): string {
  const named = tests.map((test) => `\`${test}\``).join(', ');
  const where = [named, why].filter((part) => part !== '').join('. ');
  return `| ${requirement} | ${level} | ${asks} | ${WORDS[verdict]} | ${where} |`;
}
