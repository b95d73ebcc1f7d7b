/** The result of a simulation in words. */
import type { SimulationResult } from './driver.ts';
import type { SeedResult } from './run-seed.ts';

const SHOWN = 8;

export function failureLines({ seed, faults, steps, trace }: SeedResult): string {
  if (faults.length === 0) return '';
  const lines = faults.slice(0, SHOWN).map((fault) => `  ${fault}`);
  return `seed ${seed} failed after ${steps} steps (${trace}); again: npm run simulate -- --seed ${seed}\n${lines.join('\n')}\n`;
}

export function simulationText(result: SimulationResult): string {
  return `${[...facts(result), result.failed.length === 0 ? 'PASSED' : 'FAILED'].join('\n')}\n`;
}

export function simulationMarkdown(result: SimulationResult): string {
  return facts(result)
    .map((fact) => `- ${fact}`)
    .join('\n');
}

function facts({ request, seeds, failed, sums, seconds }: SimulationResult): string[] {
  const [first] = request.seeds;
  const command =
    seeds === 1
      ? `npm run simulate -- --seed ${first}`
      : `npm run simulate -- --seeds ${request.seeds.length}${first === '1' ? '' : ` --first ${first}`}${request.twice ? ' --twice' : ''}`;
  const { steps = 0, ...others } = sums;
  const struck = Object.entries(others)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`);
  return [
    `Command: \`${command}\`: ${seeds} seeds, ${steps} steps, ${seconds.toFixed(0)} s.`,
    `What happened: ${struck.join('; ')}.`,
    `Failed seeds: ${failed.length}${
      failed.length > 0
        ? ` (${failed
            .map(({ seed }) => seed)
            .slice(0, 20)
            .join(', ')})`
        : ''
    }.`,
  ];
}
