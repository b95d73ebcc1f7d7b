/** What a run of comparisons says. */
import type { Comparison } from './compare.ts';
import { DAMAGES } from './run.ts';

const count = (comparisons: readonly Comparison[], verdict: Comparison['verdict']) =>
  comparisons.filter((comparison) => comparison.verdict === verdict).length;

export function differentialText(comparisons: readonly Comparison[], seconds: number): string {
  const damaged = comparisons.filter(({ damage }) => damage !== 'none');
  const kinds = new Set(damaged.map(({ damage }) => damage)).size;
  return [
    `${comparisons.length} packages, ${damaged.length} of them damaged in ${kinds} of ${DAMAGES.length} ways, ${seconds.toFixed(0)} s`,
    `both accept ${count(comparisons, 'both accept')}, both refuse ${count(comparisons, 'both refuse')}, ours is stricter ${count(comparisons, 'ours is stricter')}`,
    `disagreements ${count(comparisons, 'disagreement')}`,
    '',
  ].join('\n');
}

export function differentialMarkdown(run: {
  command: string;
  comparisons: readonly Comparison[];
  seconds: number;
}): string {
  const rows = stricterRows(run.comparisons).map(
    ({ code, reason, times }) => `| \`${code}\` | ${reason} | ${times} |`,
  );
  return [
    `Command: \`${run.command}\``,
    '',
    ...differentialText(run.comparisons, run.seconds)
      .trim()
      .split('\n')
      .map((line) => `- ${line}`),
    '',
    'Where we refuse what the tools let pass:',
    '',
    '| our code | why | times |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** Each code and reason for which ours was the stricter verdict, and how often. */
function stricterRows(comparisons: readonly Comparison[]) {
  const rows = new Map<string, { code: string; reason: string; times: number }>();
  for (const { damage, ours, verdict } of comparisons) {
    if (verdict !== 'ours is stricter') continue;
    const named = DAMAGES.find(({ name }) => name === damage)?.stricter ?? {};
    const reason = Object.entries(named).find(([code]) => code === ours)?.[1] ?? '';
    const row = rows.get(`${ours} ${reason}`) ?? { code: ours, reason, times: 0 };
    rows.set(`${ours} ${reason}`, { ...row, times: row.times + 1 });
  }
  return [...rows.values()].sort((a, b) => a.code.localeCompare(b.code));
}
