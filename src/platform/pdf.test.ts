import { expect, test } from 'vitest';
import { createPdf, loadPdfFonts, pdfBytes, printable } from './pdf.ts';

const description = {
  title: 'Dossier',
  author: 'dk',
  subject: 'ICARUS',
  createdAt: new Date('2011-09-20T12:00:00Z'),
};

test('the same drawing gives the same bytes, whichever document was made before', async () => {
  const fonts = await loadPdfFonts();
  const draw = async (text: string) => {
    const document = createPdf(fonts, description);
    document.addPage().font('regular').fontSize(10).text(text, 40, 40, { lineBreak: false });
    document.font('bold').text(text, 40, 60, { lineBreak: false });
    return pdfBytes(document);
  };
  const first = await draw('Zażółć gęślą jaźń');
  await draw('another document');
  expect((await draw('Zażółć gęślą jaźń')).equals(first)).toBe(true);
  expect(first.subarray(0, 5).toString()).toBe('%PDF-');
});

test.each([
  'Łódzka Sieć',
  'Žižkov Připojení',
  'Ελληνικά Δίκτυα',
  'Българска Телефония',
  'Société d’accès – «Réseau»',
])('prints the name of an operator as it is written: %s', async (name) => {
  expect(printable(await loadPdfFonts(), name)).toBe(name);
});

test('prints a character that the fonts lack, or that cannot be seen, as its code point', async () => {
  const fonts = await loadPdfFonts();
  expect(printable(fonts, '中 Net\u202E')).toBe('[U+4E2D] Net[U+202E]');
  expect(printable(fonts, 'שלום')).toBe('[U+05E9][U+05DC][U+05D5][U+05DD]');
});
