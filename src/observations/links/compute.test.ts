import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LinkScene, linkScene, type Use } from './fixtures.ts';

let scene: LinkScene;
beforeAll(async () => {
  scene = await linkScene();
});
afterAll(() => scene[Symbol.asyncDispose]());

const DAY = 24;
const pairs = ({ found }: Awaited<ReturnType<LinkScene['of']>>, type?: string) =>
  found.filter((one) => !type || one.type === type).map(({ earlier, later }) => `${earlier}>${later}`);

describe('same address and port', () => {
  const rule = 'same-address-and-port';

  test('links the id that follows another there, with the gap and the earlier first', async () => {
    const result = await scene.of([
      { id: 'b', address: 1, hours: [30, 40], software: 'Other/2' },
      { id: 'a', address: 1, hours: [0, 24] },
    ]);
    expect(result.found).toEqual([
      { type: rule, earlier: 'a', later: 'b', score: 80, gapMinutes: 360, places: 1, files: 0 },
    ]);
    expect(result.computed.byType[rule]).toBe(1);
  });

  test('does not link after more than 30 days', async () => {
    const after = (days: number): Use[] => [
      { id: 'a', address: 1, hours: [0, 1] },
      { id: 'b', address: 1, hours: [1 + days * DAY, 2 + days * DAY] },
    ];
    expect(pairs(await scene.of(after(30)), rule)).toEqual(['a>b']);
    expect(pairs(await scene.of(after(31)), rule)).toEqual([]);
  });

  test('does not link ids whose uses interleave', async () => {
    const uses: Use[] = [
      { id: 'a', address: 1, hours: [0, 20] },
      { id: 'b', address: 1, hours: [10, 30] },
    ];
    expect(pairs(await scene.of(uses), rule)).toEqual([]);
  });

  test('does not link ids that alternate from one address to the next', async () => {
    const uses: Use[] = [
      { id: 'a', address: 1, hours: [0, 5] },
      { id: 'b', address: 1, hours: [20, 25] },
      { id: 'b', address: 2, hours: [40, 45] },
      { id: 'a', address: 2, hours: [60, 65] },
    ];
    expect(pairs(await scene.of(uses), rule)).toEqual([]);
  });

  test('does not link another port of the address, nor rows without a port', async () => {
    const uses: Use[] = [
      { id: 'a', address: 1, port: 1000, hours: [0, 5] },
      { id: 'b', address: 1, port: 2000, hours: [20, 25] },
      { id: 'c', address: 2, port: null, hours: [0, 5] },
      { id: 'd', address: 2, port: null, hours: [20, 25] },
    ];
    expect(pairs(await scene.of(uses), rule)).toEqual([]);
  });

  test('counts every place where a pair meets, and shows the nearest in time', async () => {
    const result = await scene.of([
      { id: 'a', address: 1, hours: [0, 5] },
      { id: 'a', address: 2, hours: [6, 8] },
      { id: 'b', address: 2, hours: [10, 12] },
      { id: 'b', address: 1, hours: [30, 40] },
    ]);
    expect(result.found.filter(({ type }) => type === rule)).toMatchObject([
      { earlier: 'a', later: 'b', places: 2, gapMinutes: 120 },
    ]);
  });
});

describe('an id replaced', () => {
  const rule = 'id-replaced';
  const ports = (uses: readonly Use[]) => uses.map((use, i) => ({ ...use, port: 1000 + i }));

  test('links the id that begins where another, of the same software, has ended for good', async () => {
    const uses = ports([
      { id: 'a', address: 1, hours: [0, 24], software: 'Fennel 1.8' },
      { id: 'b', address: 1, hours: [48, 60], software: 'fennel 2.0' },
    ]);
    expect((await scene.of(uses)).found).toMatchObject([{ type: rule, earlier: 'a', later: 'b' }]);
  });

  test.each<[string, Use[]]>([
    [
      'that the first is seen again elsewhere',
      [
        { id: 'a', address: 1, hours: [0, 24] },
        { id: 'b', address: 1, hours: [30, 60] },
        { id: 'a', address: 2, hours: [100, 101] },
      ],
    ],
    [
      'another software',
      [
        { id: 'a', address: 1, hours: [0, 24], software: 'Fennel 1.8' },
        { id: 'b', address: 1, hours: [30, 60], software: 'Osprey 1.8' },
      ],
    ],
    [
      'more than 96 hours between them',
      [
        { id: 'a', address: 1, hours: [0, 24] },
        { id: 'b', address: 1, hours: [121, 130] },
      ],
    ],
  ])('does not link with %s', async (_, uses) => {
    expect(pairs(await scene.of(ports(uses)), rule)).toEqual([]);
  });
});

describe('what links nothing', () => {
  test('an address and port with three ids at once: NAT or a household', async () => {
    const result = await scene.of([
      { id: 'a', address: 1, hours: [0, 10] },
      { id: 'b', address: 1, hours: [1, 9] },
      { id: 'c', address: 1, hours: [2, 8] },
      { id: 'd', address: 1, hours: [12, 20] },
    ]);
    expect(result.found).toEqual([]);
    // Once with the port, once as an address.
    expect(result.computed.suppressed.crowded).toBe(2);
  });

  test('ids that follow each other within hours are at once too', async () => {
    const every = (hours: number): Use[] =>
      ['a', 'b', 'c'].map((id, i) => ({ id, address: 1, hours: [i * hours, i * hours + 1] }));
    expect((await scene.of(every(2))).found).toEqual([]);
    expect(pairs(await scene.of(every(20)), 'same-address-and-port')).toEqual(['a>b', 'a>c', 'b>c']);
  });

  test('an address that is handed from id to id, however slowly', async () => {
    const ids = 'abcdefghi'.split('');
    const uses: Use[] = ids.map((id, i) => ({ id, address: 1, hours: [i * 48, i * 48 + 1] }));
    expect((await scene.of(uses)).found).toEqual([]);
    expect(pairs(await scene.of(uses.slice(1)), 'same-address-and-port')).not.toEqual([]);
  });

  test.each(['carrier_nat', 'hosting'] as const)('an address flagged %s', async (flag) => {
    const result = await scene.of([
      { id: 'a', address: 1, hours: [0, 24], flag },
      { id: 'b', address: 1, hours: [30, 60], flag },
    ]);
    expect(result.found).toEqual([]);
    expect(result.computed.suppressed).toMatchObject({ [flag.replace('_', '-')]: 1 });
  });
});

describe('rare files', () => {
  const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `file ${from + i}`);
  const elsewhere: Use[] = [
    { id: 'a', address: 1, hours: [0, 24] },
    { id: 'b', address: 2, hours: [48, 60] },
  ];

  test('in common link ids that follow each other anywhere', async () => {
    const { found } = await scene.of(elsewhere, { files: { a: names(0, 8), b: names(2, 9) } });
    expect(found).toMatchObject([{ type: 'same-files', earlier: 'a', later: 'b', files: 6, places: 0 }]);
  });

  test('do not link ids that are in use side by side and never met', async () => {
    const uses: Use[] = [elsewhere[0]!, { ...elsewhere[1]!, hours: [10, 60] }];
    expect((await scene.of(uses, { files: { a: names(0, 8), b: names(0, 8) } })).found).toEqual([]);
  });

  test('link ids side by side at one address', async () => {
    const uses: Use[] = [
      { id: 'a', address: 1, port: 1, hours: [0, 24] },
      { id: 'b', address: 1, port: 2, hours: [10, 60] },
    ];
    const { found } = await scene.of(uses, { files: { a: names(0, 3), b: names(0, 3) } });
    expect(found).toMatchObject([
      { type: 'same-address-same-files', earlier: 'a', later: 'b', gapMinutes: 0 },
    ]);
  });

  test('are few: a file that many hold links nobody', async () => {
    const crowd = Array.from({ length: 40 }, (_, i) => `x${i}`);
    const uses: Use[] = [
      ...elsewhere,
      ...crowd.map((id, i) => ({ id, address: 10 + i, hours: [0, 1] as const })),
    ];
    const files = Object.fromEntries([...crowd, 'a', 'b'].map((id) => [id, names(0, 8)]));
    expect((await scene.of(uses, { files })).found).toEqual([]);
  });

  test('count by their share: a large library has something in common with everyone', async () => {
    const holders = { a: names(0, 100), b: names(95, 195), c: names(0, 95), d: names(100, 195) };
    const uses: Use[] = [
      ...elsewhere,
      { id: 'c', address: 3, hours: [0, 60], software: 'Other/1' },
      { id: 'd', address: 4, hours: [0, 60], software: 'Other/1' },
    ];
    expect((await scene.of(uses, { files: holders })).found).toEqual([]);
  });
});

test('in many passes the suggestions are the same as in one', async () => {
  const uses: Use[] = Array.from({ length: 40 }, (_, i) => ({
    id: `id${i}`,
    address: i % 13,
    port: 1000 + (i % 3),
    hours: [i * 10, i * 10 + 4],
  }));
  const files = Object.fromEntries(
    uses.map(({ id }, i) => [id, Array.from({ length: 6 }, (_, f) => `file ${(i % 5) * 10 + f}`)]),
  );
  const whole = await scene.of(uses, { files });
  expect(whole.found.length).toBeGreaterThan(10);
  expect((await scene.of(uses, { files, rowsAPass: 7 })).found).toEqual(whole.found);
});
