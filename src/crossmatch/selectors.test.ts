import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { majorityOf, normaliseSelector, SELECTOR_TYPES, type SelectorType } from './selectors.ts';

function value(type: SelectorType, text: string, defaultCountry?: 'DK' | 'IT' | 'HU' | 'GB'): string {
  const normalised = normaliseSelector(type, text, { defaultCountry });
  return 'value' in normalised ? normalised.value : `refused: ${normalised.refused}`;
}

const names = fc.array(
  fc.constantFrom(
    'Anna',
    'MARÍA',
    'Sørensen',
    'Łukasz',
    'van',
    'Müller',
    "O'Brien",
    'Ægir',
    'Straße',
    'Οδυσσέας',
    'Jean-Luc',
  ),
  { minLength: 1, maxLength: 4 },
);
const dates = fc
  .date({ min: new Date('1920-01-01'), max: new Date('2005-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const written: Record<SelectorType, fc.Arbitrary<string>> = {
  address: fc.oneof(fc.ipV4(), fc.ipV6()),
  'client-id': fc.oneof(fc.uuid(), fc.string({ unit: 'grapheme' })),
  'e-mail': fc.emailAddress(),
  phone: fc.stringMatching(/^\+[1-9][0-9]{6,14}$/),
  nickname: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  'device-serial': fc.stringMatching(/^[A-Za-z0-9 ._-]{4,20}$/),
  'file-hash': fc.stringMatching(/^[0-9a-fA-F]{40}$/),
  'name-with-birth-date': fc.tuple(names, dates).map(([tokens, date]) => `${tokens.join(' ')}|${date}`),
};

describe.each(SELECTOR_TYPES)('%s', (type) => {
  test('a normalised value is its own normalised form', () => {
    fc.assert(
      fc.property(fc.oneof(written[type], fc.string({ unit: 'binary' })), (text) => {
        const once = normaliseSelector(type, text, { defaultCountry: 'DK' });
        if ('value' in once) expect(normaliseSelector(type, once.value)).toEqual(once);
        else expect(once.refused).not.toBe('');
      }),
      { numRuns: 400 },
    );
  });

  test('white space around a value and the form of Unicode say nothing', () => {
    fc.assert(
      fc.property(written[type], (text) => {
        expect(value(type, `  ${text.normalize('NFD')} `)).toBe(value(type, text));
      }),
    );
  });
});

test('the order and the case of the words of a name say nothing', () => {
  fc.assert(
    fc.property(names, dates, (tokens, date) => {
      const turned = `${[...tokens].reverse().join('  ').toUpperCase()} |${date}`;
      expect(value('name-with-birth-date', turned)).toBe(
        value('name-with-birth-date', `${tokens.join(' ')}|${date}`),
      );
    }),
  );
});

test('separators and case of a serial number say nothing', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z0-9]{6,20}$/), fc.nat(5), (serial, at) => {
      const broken = `${serial.slice(0, at)}-${serial.slice(at)}`.toLowerCase();
      expect(value('device-serial', broken)).toBe(serial);
    }),
  );
});

test.each<[SelectorType, string, string]>([
  ['address', '::ffff:192.0.2.1', '192.0.2.1'],
  ['address', '2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['client-id', '{6F9619FF-8B86-D011-B42D-00CF4FC964FF}', '6f9619ff-8b86-d011-b42d-00cf4fc964ff'],
  ['e-mail', 'A.B+c@Example.ORG', 'A.B+c@example.org'],
  ['e-mail', 'post@bücher.example', 'post@xn--bcher-kva.example'],
  ['phone', '+44 (0)20 7946 0123', '+442079460123'],
  ['phone', '0045 12 34 56 78', '+4512345678'],
  ['nickname', 'Ｓtraße\u200b ΣΟΦΟΣ', 'strasse σοφος'],
  ['device-serial', 'sn-00 12.ab', 'SN0012AB'],
  ['file-hash', 'D41D8CD9 8F00B204 E9800998 ECF8427E', 'd41d8cd98f00b204e9800998ecf8427e'],
  [
    'name-with-birth-date',
    'Jørgen Łukasz O’Brien-Müller|1971-02-28',
    'jorgen lukasz muller obrien|1971-02-28',
  ],
])('%s: %s is compared as %s', (type, text, expected) => {
  expect(value(type, text)).toBe(expected);
});

test('a number without a country code is read by the plan of the country given', () => {
  expect(value('phone', '12 34 56 78', 'DK')).toBe('+4512345678');
  expect(value('phone', '06 1 234 5678', 'HU')).toBe('+3612345678');
  expect(value('phone', '06 1234 5678', 'IT')).toBe('+390612345678');
  expect(value('phone', '(020) 7946 0123', 'GB')).toBe('+442079460123');
});

test.each<[SelectorType, string, RegExp]>([
  ['phone', '12345678', /no country code/],
  ['phone', '+12', /7 to 15 digits/],
  ['phone', 'call me', /not a telephone number/],
  ['address', '192.0.2.1:80', /not an internet address/],
  ['address', '192.168.1.1', /identifies nobody/],
  ['address', '::1', /identifies nobody/],
  ['address', 'fe80::1', /identifies nobody/],
  ['e-mail', 'nobody', /not an e-mail/],
  ['e-mail', '@example.org', /not an e-mail/],
  ['nickname', '\u200b', /no visible/],
  ['device-serial', '--', /4 to 64/],
  ['file-hash', 'abc', /hexadecimal digits/],
  ['name-with-birth-date', 'Anna Jensen', /no birth date/],
  ['name-with-birth-date', 'Anna Jensen|1971-02-30', /not a date/],
  ['name-with-birth-date', '--|1971-02-28', /no letters/],
  ['client-id', ' ', /empty/],
  ['nickname', 'x'.repeat(321), /longer/],
  ['nickname', 'a\u0000b', /cannot be printed/],
])('%s: %s is refused', (type, text, reason) => {
  expect(value(type, text)).toMatch(reason);
});

test('a person is of age from the 18th birthday on', () => {
  expect(majorityOf('anna jensen|1993-09-21')).toEqual(new Date('2011-09-21T00:00:00Z'));
});
