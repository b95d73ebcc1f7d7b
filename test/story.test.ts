/** The whole operation, as `npm start` plays it: real command, real nodes, real messages over loopback. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Board, FigureSetDetail } from '#results/schemas.ts';
import { type DeskClient, type RunningExercise, startExercise } from './exercise.ts';

const OBSERVATIONS = 8_000;

let exercise: RunningExercise;
let operationId: string;
let coordinator: DeskClient;
let press: DeskClient;

beforeAll(async () => {
  const first = await startExercise({ observations: OBSERVATIONS });
  await first.reached('approve');
  // The power goes while packages are on their way.
  await first.kill();
  exercise = await startExercise({ observations: OBSERVATIONS, again: first });
  await exercise.reached('final');
  coordinator = await exercise.desk('europol', 'coordinator');
  press = await exercise.desk('europol', 'press');
  const { operations } = await coordinator.get<{ operations: { operationId: string }[] }>('/operations');
  operationId = operations[0]?.operationId ?? '';
}, 240_000);

afterAll(async () => {
  await exercise?.[Symbol.asyncDispose]();
}, 60_000);

async function figureSet(kind: 'provisional' | 'final'): Promise<FigureSetDetail> {
  const { sets } = await press.get<{ sets: { figureSetId: string; kind: string }[] }>(
    `/operations/${operationId}/figures`,
  );
  const found = sets.filter((set) => set.kind === kind);
  expect(found).toHaveLength(1);
  return press.get(`/operations/${operationId}/figures/${found[0]?.figureSetId}`);
}

function valueOf(set: FigureSetDetail, figureId: string): number | undefined {
  return set.figures.find((figure) => figure.figureId === figureId)?.value;
}

test('the provisional figures are the published ones: 220 suspects, 101 of them arrested, 17 countries', async () => {
  const set = await figureSet('provisional');
  expect(valueOf(set, 'suspects-identified')).toBe(220);
  expect(valueOf(set, 'suspects-arrested')).toBe(101);
  expect(valueOf(set, 'countries-positive')).toBe(17);
});

test('the final figures are the published ones: 112 arrested, 269 suspects, 22 of 26 countries', async () => {
  const set = await figureSet('final');
  expect(valueOf(set, 'suspects-identified')).toBe(269);
  expect(valueOf(set, 'suspects-arrested')).toBe(112);
  expect(valueOf(set, 'countries-positive')).toBe(22);
  expect(valueOf(set, 'countries-participating')).toBe(26);
});

test('every figure of a released set opens to the reports that it counts, and their shares sum to it', async () => {
  for (const kind of ['provisional', 'final'] as const) {
    const set = await figureSet(kind);
    const reports = new Set(set.reports.map(({ reportId }) => reportId));
    expect(reports.size).toBeGreaterThan(16);
    for (const figure of set.figures) {
      expect(
        figure.shares.reduce((sum, share) => sum + share.share, 0),
        figure.figureId,
      ).toBe(figure.value);
      for (const share of figure.shares)
        if (share.reportId !== null) expect(reports).toContain(share.reportId);
    }
  }
});

test('the press note of the final set is a Word file and a PDF', async () => {
  const set = await figureSet('final');
  for (const [format, magic] of [
    ['docx', 'PK'],
    ['pdf', '%PDF-'],
  ] as const) {
    const note = await press.ask(
      `/operations/${operationId}/figures/${set.figureSetId}/press-note.${format}`,
    );
    expect(note.status).toBe(200);
    expect(note.headers.get('content-disposition')).toContain('attachment');
    expect(
      Buffer.from(await note.arrayBuffer())
        .subarray(0, magic.length)
        .toString(),
    ).toBe(magic);
  }
});

test('every package was acknowledged by its country, and the 24-hour clock has stopped in time', async () => {
  const board = await coordinator.get<Board>(`/operations/${operationId}/board`);
  expect(board.countries).toHaveLength(26);
  expect(board.countries.map(({ package: { state } }) => state)).toEqual(Array(26).fill('acknowledged'));
  const { stoppedAt, deadlineAt } = board.clock;
  expect(stoppedAt).not.toBeNull();
  expect(Date.parse(String(stoppedAt))).toBeLessThan(Date.parse(String(deadlineAt)));
});

test('Malta had one target, not actionable at first; a correction superseded that', async () => {
  const investigator = await exercise.desk('mt', 'investigator');
  const { total } = await investigator.get<{ total: number }>(`/operations/${operationId}/casework/targets`);
  expect(total).toBe(1);
  const provisional = await figureSet('provisional');
  const final = await figureSet('final');
  const shareOf = (set: FigureSetDetail, figureId: string): number | undefined =>
    set.figures.find((figure) => figure.figureId === figureId)?.shares.find(({ country }) => country === 'MT')
      ?.share;
  expect(shareOf(provisional, 'countries-not-actionable')).toBe(1);
  expect(shareOf(final, 'countries-positive')).toBe(1);
});

test('the same act can be followed in the custody log of sender and recipient', async () => {
  const analyst = await exercise.desk('dk', 'analyst');
  const events = await analyst.get<{ kind: string }[]>(`/operations/${operationId}/custody?limit=500`);
  const kinds = new Set(events.map(({ kind }) => kind));
  for (const kind of [
    'operation.created',
    'observations.imported',
    'package.approved',
    'package.sent',
    'message.posted',
  ]) {
    expect(kinds, kind).toContain(kind);
  }
});

test('nobody reads without a desk, nobody acts beyond his role', async () => {
  const stranger = await fetch(`${exercise.url}/nodes/europol/api/operations/${operationId}/board`);
  expect(stranger.status).toBe(401);
  expect(await stranger.json()).toMatchObject({ code: 'access/sign-in-required' });
  const set = await figureSet('final');
  const release = await coordinator.ask(`/operations/${operationId}/figures/${set.figureSetId}/release`, {
    method: 'POST',
    body: { digest: set.digest },
  });
  expect(release.status).toBe(403);
});

test('the terminal tells each step once and closes with the address to open', () => {
  expect(exercise.printed()).toContain('269 suspects identified');
  expect(exercise.printed()).toContain(`Look at every desk at ${exercise.url}`);
});
