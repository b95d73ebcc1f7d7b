/** The result of a run in words: for the terminal, and as a section of a page. */
import { PHASES, VICTIMS } from './killing.ts';
import type { ChaosResult } from './run.ts';

const PHASE_NAMES = {
  starting: 'while starting',
  alone: 'at work, alone',
  together: 'at work, with others',
} as const;

export function isClean({ verdict, told }: ChaosResult): boolean {
  return told > 0 && Object.values(verdict).every((faults: readonly string[]) => faults.length === 0);
}

export function chaosText(result: ChaosResult): string {
  const { verdict } = result;
  const rows = table(result).map((cells) =>
    cells
      .map((cell) => cell.padEnd(22))
      .join('')
      .trimEnd(),
  );
  const faults = Object.entries(verdict).flatMap(([name, list]: [string, readonly string[]]) =>
    list.slice(0, 20).map((fault) => `  ${name}: ${fault}`),
  );
  return `${[...rows, '', ...facts(result), ...faults, isClean(result) ? 'PASSED' : 'FAILED'].join('\n')}\n`;
}

export function chaosMarkdown(result: ChaosResult): string {
  const [head = [], ...rows] = table(result);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
    ...facts(result).map((fact) => `- ${fact}`),
  ].join('\n');
}

function table({ kills }: ChaosResult): string[][] {
  const row = (name: string, counts: readonly number[]): string[] => [
    name,
    ...counts.map(String),
    String(counts.reduce((sum, count) => sum + count, 0)),
  ];
  return [
    ['killed', ...PHASES.map((phase) => PHASE_NAMES[phase]), 'in all'],
    ...VICTIMS.map((victim) =>
      row(
        victim,
        PHASES.map((phase) => kills.of(victim, phase)),
      ),
    ),
    row(
      'in all',
      PHASES.map((phase) => VICTIMS.reduce((sum, victim) => sum + kills.of(victim, phase), 0)),
    ),
  ];
}

function facts({
  request,
  kills,
  records,
  verdict,
  seconds,
  orders,
  told,
  endedByThemselves,
}: ChaosResult): string[] {
  const sum = (count: (record: ChaosResult['records'][number]) => number): number =>
    records.reduce((total, record) => total + count(record), 0);
  return [
    `Command: \`npm run chaos -- --kills ${request.kills} --seed ${request.seed}\`: ${kills.total} kills, ${seconds.killing.toFixed(0)} s of killing, ${seconds.settling.toFixed(0)} s of settling.`,
    `Orders given: ${orders}; told done: ${told}. Messages and receipts sent: ${sum(({ outbox }) => outbox.length)}; opened: ${sum(({ inbox }) => inbox.filter(({ state }) => state === 'opened').length)}; effects of handlers: ${sum(({ effects }) => effects.length)}; custody events on messages: ${sum(({ events }) => [...events.values()].reduce((a, b) => a + b, 0))}.`,
    `Processes that ended by themselves, the database being gone, and were started again: ${endedByThemselves}. Files of broken attempts left to be swept: ${sum(({ leftBehind }) => leftBehind)}.`,
    `Acknowledged and lost: ${verdict.lost.length}. Doubled: ${verdict.doubled.length}. Phantom: ${verdict.phantom.length}. Contradictions of rows, custody log and files: ${verdict.inconsistent.length}.`,
  ];
}
