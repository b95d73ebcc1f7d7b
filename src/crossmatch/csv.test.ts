import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CsvRow, readCsv } from './csv.ts';

async function rowsOf(chunks: Iterable<string>, delimiter = ','): Promise<CsvRow[]> {
  const rows: CsvRow[] = [];
  for await (const some of readCsv(
    (async function* () {
      yield* chunks;
    })(),
    delimiter,
  ))
    rows.push(...some);
  return rows;
}

test('what was written is read back, wherever the chunks are cut', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', 'é', '\r\n') });
  const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(table, fc.array(fc.nat(60)), async (wanted, cuts) => {
      const text = wanted
        .map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(','))
        .join('\r\n');
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
      expect((await rowsOf(chunks)).map(({ cells }) => cells)).toEqual(wanted);
    }),
  );
});

test('a row names the line that it begins on, past empty lines and cells of several lines', async () => {
  expect(await rowsOf(['a,b\n\n1,"x\ny"\r\n', '2,z'])).toEqual([
    { line: 1, cells: ['a', 'b'] },
    { line: 3, cells: ['1', 'x\ny'] },
    { line: 5, cells: ['2', 'z'] },
  ]);
});

test('a quotation mark that is never closed is refused with its line, without reading the file into memory', async () => {
  await expect(rowsOf(['a,b\n1,"x'])).rejects.toThrow('line 2');
  const endless = function* () {
    yield '1,"';
    for (;;) yield 'x'.repeat(65_536);
  };
  await expect(rowsOf(endless())).rejects.toThrow('line 1');
});
