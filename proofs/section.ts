/** Writing a proof's result into a page, between two marks; what a person wrote around them stays. */
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';

const [BEGIN, END] = ['<!-- result -->', '<!-- /result -->'];

/** @param file a page with the marks, or one that is not there yet: then it is made of the result alone */
export async function writeSection(file: string, result: string): Promise<void> {
  const section = `${BEGIN}\n${provenance()}\n\n${result.trim()}\n${END}`;
  const page = await readFile(file, 'utf8').catch(() => undefined);
  if (page === undefined) return writeFile(file, `${section}\n`);
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} has no place for a result: ${BEGIN} … ${END}`);
  await writeFile(file, `${page.slice(0, begin)}${section}${page.slice(end + END.length)}`);
}

/** When, on which state of the code, on which machine. */
function provenance(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  const commit = git('rev-parse', '--short=10', 'HEAD');
  const changed =
    git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' with changes not committed';
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ');
  return `Run on ${date} UTC at commit ${commit}${changed}; ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}.`;
}
