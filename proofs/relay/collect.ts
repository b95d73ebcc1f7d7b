/** What a process says until it ends. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

export async function collect(
  child: ChildProcessWithoutNullStreams,
): Promise<{ code: number | null; out: string; said: string }> {
  child.stdin.end();
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((done, failed) => {
    child.once('error', failed);
    child.once('close', done);
  });
  return { code, out, said };
}
