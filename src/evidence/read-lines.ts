/** Lines of a stream of bytes, in groups as they come: without their ends, numbered from 1. */
export interface Line {
  readonly number: number;
  /** Undefined where it is longer than any row of a list. */
  readonly text: string | undefined;
}

const MOST_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Line[], void> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  let overlong = false;
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      number++;
      lines.push({ number, text: overlong ? undefined : textOf(bytes.subarray(start, end), number) });
      overlong = false;
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > MOST_LINE_BYTES) {
      overlong = true;
      rest = Buffer.alloc(0);
    }
    yield lines;
  }
  if (rest.length > 0 || overlong)
    yield [{ number: number + 1, text: overlong ? undefined : textOf(rest, number + 1) }];
}

function textOf(bytes: Buffer, number: number): string | undefined {
  if (bytes.length > MOST_LINE_BYTES) return undefined;
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  const text = bytes.toString('utf8', 0, end);
  return number === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
}
