import { expect, test } from 'vitest';
import { POSITIVE } from '#casework/fixtures-content.ts';
import { listEvents } from '#custody/record.ts';
import { contribute, givenTargets, hitsOf, knownPersons, report, scene, suspect } from './fixtures.ts';
import { reasonOf, standingOf } from './hit.ts';
import { commonValues } from './hit-store.ts';
import { matchOperation } from './match.ts';

const SEPTEMBER = ['2011-09-01T00:00:00Z', '2011-09-02T00:00:00Z'] as const;
const LATER = ['2011-09-03T00:00:00Z', '2011-09-04T00:00:00Z'] as const;

test('a suspect whom the coordinator holds is a known hit that names both sides, their grades and codes', async () => {
  await using at = await scene('se');
  await knownPersons(
    at,
    [{ ref: 'P-7', mail: 'Known@EXAMPLE.org;other@example.org', name: 'Jensen Anna', born: '1971-02-28' }],
    { handling: { codes: ['H2'], text: '' } },
  );
  const selectors = [
    { type: 'e-mail' as const, value: ' Known@example.org' },
    { type: 'name-with-birth-date' as const, value: 'anna JENSEN|1971-02-28' },
  ];
  await contribute(at, 'se', [
    suspect('SE-1', { selectors }),
    suspect('SE-2', { selectors: [{ type: 'phone', value: '+4612345678' }] }),
  ]);
  const [hit, ...others] = await hitsOf(at);
  expect(others).toEqual([]);
  expect(hit && standingOf(hit)).toBe('known');
  expect(hit?.sides).toMatchObject([
    {
      kind: 'suspect',
      agencyId: 'se',
      country: 'SE',
      reference: 'SE-1',
      evaluation: { source: 'A', information: '1' },
      handling: { codes: ['H0'] },
      selectors: [
        { type: 'e-mail', value: 'Known@example.org' },
        { type: 'name-with-birth-date', given: 'anna JENSEN|1971-02-28' },
      ],
    },
    {
      kind: 'holding',
      agencyId: null,
      reference: 'P-7',
      source: 'Case system',
      category: 'convicted',
      evaluation: { source: 'B', information: '2' },
      handling: { codes: ['H2'] },
      selectors: [{ given: 'Known@EXAMPLE.org' }, { given: 'Jensen Anna|1971-02-28' }],
    },
  ]);
  expect(hit && reasonOf(hit)).toBe(
    'Suspect SE-1 of Sweden and holding P-7 of Case system have one e-mail address and one name with birth date in common.',
  );
});

test('holdings that come after the suspects are matched with them, and matching again finds nothing new', async () => {
  await using at = await scene('se');
  await contribute(at, 'se', [suspect('SE-1')]);
  expect(await hitsOf(at)).toEqual([]);
  await knownPersons(at, [{ ref: 'P-1', mail: 'known@example.org' }]);
  const hits = await hitsOf(at);
  expect(hits).toHaveLength(1);
  const { ctx } = at.coordinator;
  for (const country of ['SE', null] as const) {
    const again = await matchOperation(ctx, { operationId: at.operationId, country });
    expect(again).toMatchObject({
      holdings: { values: 1, newHits: 0, newSelectors: 0 },
      subjects: { newHits: 0 },
    });
  }
  expect(await hitsOf(at)).toEqual(hits);
  const events = await listEvents(ctx.db, { subject: { kind: 'operation', id: at.operationId } });
  expect(events.filter(({ kind }) => kind === 'crossmatch.matched').length).toBeGreaterThanOrEqual(4);
});

test('the same suspect value in two countries is a new hit; in one country it is none', async () => {
  await using at = await scene('se', 'fr');
  const nick = (value: string) => ({ selectors: [{ type: 'nickname' as const, value }] });
  await contribute(at, 'se', [suspect('SE-1', nick('Wolf')), suspect('SE-2', nick('WOLF'))]);
  expect(await hitsOf(at)).toEqual([]);
  await contribute(at, 'fr', [suspect('FR-1', nick('ｗｏｌｆ'))]);
  const hits = await hitsOf(at);
  expect(hits.map(({ sides }) => sides.map(({ reference }) => reference).sort())).toEqual(
    expect.arrayContaining([
      ['FR-1', 'SE-1'],
      ['FR-1', 'SE-2'],
    ]),
  );
  expect(hits.map(standingOf)).toEqual(['new', 'new']);
});

test('the same suspect stated again adds selectors to him, and a selector to his hit', async () => {
  await using at = await scene('se');
  await knownPersons(at, [{ ref: 'P-1', mail: 'known@example.org', nick: 'Wolf' }]);
  await contribute(at, 'se', [suspect('SE-1')]);
  at.net.clock.advanceHours(1);
  const handling = { codes: ['H2' as const], text: '' };
  await contribute(at, 'se', [
    suspect('SE-1', { handling, selectors: [{ type: 'nickname', value: 'wolf' }] }),
  ]);
  const hits = await hitsOf(at);
  expect(hits).toHaveLength(1);
  expect(hits[0]?.selectors.map(({ type }) => type)).toEqual(['e-mail', 'nickname']);
  expect(hits[0]?.sides[0].handling.codes).toEqual(['H2']);
});

test('reported targets are matched by client id at any time and by address only at overlapping times', async () => {
  await using at = await scene('se', 'fr');
  const { ctx } = at.coordinator;
  await givenTargets(ctx, at.operation, {
    country: 'SE',
    targets: [
      { targetId: 'target_se1', clientId: 'AA-1', addresses: [['203.0.113.9', ...SEPTEMBER]] },
      {
        targetId: 'target_se2',
        clientId: 'BB-2',
        addresses: [
          ['::ffff:198.51.100.7', ...SEPTEMBER],
          ['10.0.0.1', ...SEPTEMBER],
        ],
      },
    ],
  });
  await givenTargets(ctx, at.operation, {
    country: 'FR',
    targets: [
      { targetId: 'target_fr1', clientId: 'aa-1', addresses: [['203.0.113.9', ...LATER]] },
      {
        targetId: 'target_fr2',
        clientId: 'cc-3',
        addresses: [
          ['198.51.100.7', ...SEPTEMBER],
          ['10.0.0.1', ...SEPTEMBER],
        ],
      },
      { targetId: 'target_fr3', clientId: 'bb-2' },
    ],
  });
  await knownPersons(at, [{ ref: 'P-1', client: 'cc-3' }]);
  await report(at, 'SE', { target_se1: POSITIVE, target_se2: {} });
  expect(await hitsOf(at)).toEqual([]);
  const negative = { outcome: 'negative' as const, searchDone: true };
  const first = await report(at, 'FR', { target_fr1: {}, target_fr2: POSITIVE, target_fr3: negative });
  const pairs = async () =>
    (await hitsOf(at))
      .map(
        (hit) =>
          `${hit.sides
            .map(({ reference }) => reference)
            .sort()
            .join(' ')}: ${hit.selectors.map(({ value }) => value).join(' ')}`,
      )
      .sort();
  expect(await pairs()).toEqual([
    'P-1 target_fr2: cc-3',
    'target_fr1 target_se1: aa-1',
    'target_fr2 target_se2: 198.51.100.7',
  ]);
  // The correction makes the third target somebody's suspect: now it is matched, too.
  at.net.clock.advanceHours(1);
  await report(
    at,
    'FR',
    { target_fr1: {}, target_fr2: POSITIVE, target_fr3: POSITIVE },
    { number: 2, supersedes: first },
  );
  expect(await pairs()).toContain('target_fr3 target_se2: bb-2');
  const [one] = (await hitsOf(at)).filter(({ sides }) => sides.every(({ kind }) => kind === 'target'));
  expect(one?.sides).toMatchObject([
    { agencyId: 'dk', handling: { codes: ['H1'] } },
    { category: 'potential-offender' },
  ]);
});

test('a value that too many targets carry makes one remark and no pairs', async () => {
  await using at = await scene('se', 'fr');
  const { ctx } = at.coordinator;
  const targets = (country: string) =>
    Array.from({ length: 60 }, (_, n) => ({ targetId: `target_${country}${n}`, clientId: 'default-client' }));
  await givenTargets(ctx, at.operation, { country: 'SE', targets: targets('se') });
  await givenTargets(ctx, at.operation, { country: 'FR', targets: targets('fr') });
  const stated = (country: string) =>
    Object.fromEntries(targets(country).map(({ targetId }) => [targetId, {}]));
  await report(at, 'SE', stated('se'));
  await report(at, 'FR', stated('fr'));
  expect(await hitsOf(at)).toEqual([]);
  expect(await commonValues(ctx.db, at.operationId)).toMatchObject([
    { type: 'client-id', value: 'default-client', among: 'subjects', moreThan: 100 },
  ]);
});

test('a newer package replaces what a target was matched by, with the next report', async () => {
  await using at = await scene('se');
  const { ctx } = at.coordinator;
  const target = (clientId: string) => [{ targetId: 'target_se1', clientId, addresses: [] }];
  await givenTargets(ctx, at.operation, { country: 'SE', targets: target('wrong') });
  const first = await report(at, 'SE', { target_se1: {} });
  at.net.clock.advanceHours(1);
  await givenTargets(ctx, at.operation, { country: 'SE', targets: target('right'), version: 2 });
  await report(at, 'SE', { target_se1: POSITIVE }, { number: 2, supersedes: first });
  await knownPersons(at, [
    { ref: 'P-1', client: 'wrong' },
    { ref: 'P-2', client: 'right' },
  ]);
  expect((await hitsOf(at)).map(({ sides }) => sides[1].reference)).toEqual(['P-2']);
});
