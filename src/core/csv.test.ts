import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test.each(['=1+1', '+1', '-1', '@sum(A1)', '\tx', '\rx', '＝1', '＋1', '－1', '＠x'])(
  'text that a spreadsheet takes for a formula gets an apostrophe: %j',
  (text) => {
    const written = csvLine([text]).slice(0, -2);
    const opened = written.startsWith('"') ? written.slice(1, -1) : written;
    expect(opened).toBe(`'${text}`);
  },
);

test('numbers stay numbers, nothing stays empty, and a cell with a comma, a quote or a line end is quoted', () => {
  expect(csvLine([12, null, 'plain', 'a,b', 'say "no"', 'two\nlines'])).toBe(
    '12,,plain,"a,b","say ""no""","two\nlines"\r\n',
  );
});
