import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR_MS } from '#core/clock.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { inboxById } from '#exchange/inbox-store.ts';
import { arrangeUnlogged } from '#test/custody-probe.ts';
import { SYSTEM, type TestNet, testNodes, testOfficer } from '#test/nodes.ts';
import { servingOfficer, withSecond } from '#test/second-officer.ts';
import { saveAttachment } from './attachments.ts';
import { sourceOf } from './fixtures.ts';
import { askLeave, forwardLetter } from './forward.ts';
import { answerQuery, queryStandings } from './queries.ts';
import { letterHandlers } from './receive.ts';
import { letterRoutes } from './routes.ts';
import { type LetterDraft, sendLetter } from './send.ts';
import { letterById } from './store.ts';
import { threadOf } from './views.ts';

const agencies = (...ids: string[]) => ids as AgencyId[];
const NO_CODES = { codes: [], text: '' };

let nodes: TestNet;
let operationId: OperationId;

beforeAll(async () => {
  nodes = await testNodes(['dk', 'europol', 'mt', 'fr'], { handlers: letterHandlers, routes: letterRoutes });
  ({ operationId } = await nodes.operation({ lead: 'dk', coordinator: 'europol' }));
  // The others learn of the operation from its lead's first letter.
  await sendLetter(nodes.node('dk').ctx, SYSTEM, letter({ to: agencies('europol', 'mt', 'fr') }));
  await nodes.settled();
});
afterAll(() => nodes[Symbol.asyncDispose]());

function letter(change: Partial<LetterDraft>): LetterDraft {
  return {
    operationId,
    kind: 'message',
    to: agencies('mt'),
    subject: 'Meeting on Thursday',
    text: 'At nine.\nBring the list.',
    handling: NO_CODES,
    ...change,
  };
}

test('a letter arrives as it was written, with attachments that are saved byte for byte', async () => {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(300_000)]);
  const sent = await sendLetter(
    nodes.node('dk').ctx,
    SYSTEM,
    letter({
      to: agencies('mt', 'fr'),
      handling: { codes: ['H1', 'H3'], text: 'For the task force only' },
      evaluation: { source: 'B', information: '2' },
      deadline: 'dissemination',
      attachments: [sourceOf('plan.pdf', bytes), sourceOf('empty.txt', new Uint8Array())],
    }),
  );
  await nodes.settled();
  const { ctx } = nodes.node('mt');
  const came = await letterById(ctx.db, sent.messageId);
  expect(came).toEqual({
    ...sent,
    direction: 'received',
    recordedAt: came?.recordedAt,
    folder: came?.folder,
  });
  expect(sent.deadline?.dueAt).toEqual(new Date(nodes.clock.now().getTime() + 24 * HOUR_MS));
  expect(sent.attachments[0]?.sha512).toBe(createHash('sha512').update(bytes).digest('hex'));

  const folder = await mkdtemp(join(tmpdir(), 'icarus-save-'));
  try {
    const destination = join(folder, 'plan.pdf');
    const ref = { operationId, messageId: sent.messageId, name: 'plan.pdf', destination };
    await saveAttachment(ctx, testOfficer('liaison', operationId), ref);
    expect(await readFile(destination)).toEqual(bytes);
    await expect(saveAttachment(ctx, testOfficer('examiner', operationId), ref)).rejects.toThrow(
      'letters.read needs the role',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const events = await listEvents(ctx.db, { subject: { kind: 'message', id: sent.messageId } });
  expect(events.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['letter.received', 'letter.attachment-saved']),
  );
  expect(JSON.stringify(events)).not.toContain('Thursday');
});

const PROGRAM = Buffer.concat([Buffer.from('4d5a9000', 'hex'), Buffer.alloc(2000)]);

test('a program under the name of a document is refused at both doors of the sender, and nothing is sent', async () => {
  const dk = nodes.node('dk');
  dk.signedIn = testOfficer('lead-analyst', operationId);
  const letters = () => dk.ctx.db.selectFrom('letter').select('message_id').execute();
  const before = await letters();
  const refused = {
    code: 'letter/attachment-disguised',
    message: expect.stringContaining('a program for Windows'),
  };
  await expect(
    sendLetter(dk.ctx, SYSTEM, letter({ attachments: [sourceOf('plan.pdf', PROGRAM)] })),
  ).rejects.toMatchObject(refused);
  const uploaded = await dk.app.inject({
    method: 'POST',
    url: `/nodes/dk/api/operations/${operationId}/letter-attachments?name=plan.pdf`,
    headers: { 'content-type': 'application/octet-stream' },
    payload: PROGRAM,
  });
  expect(uploaded.statusCode).toBe(422);
  expect(uploaded.json()).toMatchObject(refused);
  expect(await dk.ctx.db.selectFrom('letter_upload').select('id').execute()).toEqual([]);
  expect(await readdir(join(dk.ctx.paths.home, 'attachments'))).toEqual([]);
  expect(await letters()).toEqual(before);
  await sendLetter(dk.ctx, SYSTEM, letter({ attachments: [sourceOf('plan.exe', PROGRAM)] }));
});

test('a disguised file from a node that let it pass is marked at the recipient, and goes on as it came', async () => {
  const honest = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(PROGRAM.length - 9)]);
  let asked = 0;
  const sent = await sendLetter(
    nodes.node('dk').ctx,
    SYSTEM,
    letter({
      attachments: [
        // As a node before this one, which looks at nothing: what it seals is not what it showed.
        {
          name: 'plan.pdf',
          sizeBytes: PROGRAM.length,
          content: async function* content() {
            yield asked++ === 0 ? honest : PROGRAM;
          },
        },
        sourceOf('notes.txt', Buffer.from('At nine.')),
      ],
    }),
  );
  await nodes.settled();
  const { ctx } = nodes.node('mt');
  const came = await letterById(ctx.db, sent.messageId);
  if (!came) throw new Error('the letter is here');
  const [shown] = await threadOf(ctx, came);
  expect(shown?.attachments.map(({ name, disguise }) => [name, disguise])).toEqual([
    ['plan.pdf', 'a program for Windows'],
    ['notes.txt', undefined],
  ]);
  const forward = { operationId, messageId: sent.messageId, to: agencies('fr'), text: 'For you' };
  expect((await forwardLetter(ctx, SYSTEM, forward)).attachments.map(({ name }) => name)).toContain(
    'plan.pdf',
  );
});

test('a query runs at each agency until its answer, and is overdue after its deadline', async () => {
  const asker = nodes.node('dk').ctx;
  const query = await sendLetter(
    asker,
    SYSTEM,
    letter({
      kind: 'query',
      to: agencies('mt', 'fr'),
      deadline: 'urgent-direct',
      text: 'Is the line known?',
    }),
  );
  await nodes.settled();
  nodes.clock.advanceHours(5);
  const answer = await answerQuery(nodes.node('mt').ctx, SYSTEM, {
    operationId,
    messageId: query.messageId,
    text: '',
    handling: NO_CODES,
    nothingKnown: true,
  });
  await nodes.settled();
  nodes.clock.advanceHours(5);
  expect(
    (await queryStandings(asker, operationId)).map(({ owedBy, answer: given, hoursLeft, overdue }) => ({
      owedBy,
      answered: given?.messageId ?? null,
      hoursLeft,
      overdue,
    })),
  ).toEqual([
    { owedBy: 'fr', answered: null, hoursLeft: -2, overdue: true },
    { owedBy: 'mt', answered: answer.messageId, hoursLeft: 3, overdue: false },
  ]);
  expect(await queryStandings(nodes.node('fr').ctx, operationId)).toMatchObject([
    { owedBy: 'fr', answer: null, overdue: true },
  ]);
  expect((await threadOf(asker, query)).map(({ kind }) => kind)).toEqual(['query', 'answer']);
});

test('what was sent under H2 goes to a third agency only by its provider’s leave and a second officer’s word', async () => {
  const file = sourceOf('names.csv', Buffer.from('1,2,3'));
  const sent = await sendLetter(
    nodes.node('dk').ctx,
    SYSTEM,
    letter({
      handling: { codes: ['H2'], text: '' },
      evaluation: { source: 'A', information: '1' },
      attachments: [file],
    }),
  );
  await nodes.settled();
  const { ctx } = nodes.node('mt');
  const forward = { operationId, messageId: sent.messageId, to: agencies('fr'), text: 'For you' };
  const blocked = /dk sent it under H2/;
  await expect(forwardLetter(ctx, SYSTEM, forward)).rejects.toThrow(blocked);
  await expect(
    sendLetter(ctx, SYSTEM, letter({ to: agencies('fr'), attachments: [{ ...file, name: 'mine.csv' }] })),
  ).rejects.toThrow(blocked);
  // Back to its provider is no dissemination.
  await sendLetter(
    ctx,
    SYSTEM,
    letter({ to: agencies('dk'), attachments: [{ ...file, name: 'yours.csv' }] }),
  );

  const ask = {
    operationId,
    messageId: sent.messageId,
    recipient: 'fr' as AgencyId,
    purpose: 'Same user',
    deadline: 'urgent-indirect',
  } as const;
  const [question] = await askLeave(ctx, SYSTEM, ask);
  await nodes.settled();
  const provider = nodes.node('dk').ctx;
  const answer = {
    operationId,
    messageId: question?.messageId as MessageId,
    text: 'Yes.',
    handling: NO_CODES,
  };
  await expect(
    answerQuery(provider, testOfficer('liaison', operationId), { ...answer, granted: true }),
  ).rejects.toThrow('letters.permit needs the role approver');
  await expect(answerQuery(provider, SYSTEM, answer)).rejects.toThrow('Say whether it is granted');
  await answerQuery(provider, testOfficer('approver', operationId), { ...answer, granted: true });
  await nodes.settled();
  await expect(forwardLetter(ctx, SYSTEM, forward)).rejects.toMatchObject({
    code: 'access/second-officer-needed',
  });
  await expect(
    sendLetter(ctx, SYSTEM, letter({ to: agencies('fr'), attachments: [{ ...file, name: 'mine.csv' }] })),
  ).rejects.toMatchObject({ code: 'letter/pass-on-instead' });
  const second = await servingOfficer(ctx, 'approver', operationId);
  const passedOn = await withSecond(ctx, { by: SYSTEM, second }, (approved) =>
    forwardLetter(ctx, SYSTEM, { ...forward, ...approved }),
  );
  await nodes.settled();
  expect(await letterById(nodes.node('fr').ctx.db, passedOn.messageId)).toMatchObject({
    evaluation: { source: 'A', information: '1' },
    handling: { codes: ['H2'] },
    forwarded: { text: 'At nine.\nBring the list.', origins: [{ from: 'dk', to: ['mt'] }] },
    attachments: [{ name: 'names.csv' }],
  });
  // The next hand is bound in the same way, to the first provider.
  await expect(
    forwardLetter(nodes.node('fr').ctx, SYSTEM, {
      ...forward,
      messageId: passedOn.messageId,
      to: agencies('europol'),
    }),
  ).rejects.toThrow(/under H2/);
  await answerQuery(provider, testOfficer('approver', operationId), { ...answer, granted: false });
  await nodes.settled();
  await expect(forwardLetter(ctx, SYSTEM, forward)).rejects.toThrow(blocked);
});

test('an answer to a query that was not sent to its writer is refused, and the refusal travels back', async () => {
  const query = await sendLetter(
    nodes.node('dk').ctx,
    SYSTEM,
    letter({ kind: 'query', deadline: 'ordinary', to: agencies('mt') }),
  );
  await nodes.settled();
  // France has a query of its own, and claims that its answer is to Malta's.
  const own = await sendLetter(
    nodes.node('dk').ctx,
    SYSTEM,
    letter({ kind: 'query', deadline: 'ordinary', to: agencies('fr') }),
  );
  await nodes.settled();
  const { ctx } = nodes.node('fr');
  await arrangeUnlogged(ctx.db, (tx) =>
    tx
      .updateTable('letter')
      .set({ message_id: query.messageId })
      .where('message_id', '=', own.messageId)
      .execute(),
  );
  const forged = await answerQuery(ctx, SYSTEM, {
    operationId,
    messageId: query.messageId,
    text: 'Nothing',
    handling: NO_CODES,
  });
  await nodes.settled();
  expect(await inboxById(nodes.node('dk').ctx.db, forged.messageId)).toMatchObject({
    state: 'refused',
    code: 'letter/query-unknown',
  });
});

test('over HTTP a query goes out with a file, its file is a download and nothing else, and it is answered', async () => {
  const [dk, mt] = [nodes.node('dk'), nodes.node('mt')];
  dk.signedIn = testOfficer('lead-analyst', operationId);
  mt.signedIn = testOfficer('liaison', operationId);
  const at = (node: string) => `/nodes/${node}/api/operations/${operationId}`;
  const bytes = Buffer.from('<script>alert(1)</script>');
  const uploaded = await dk.app.inject({
    method: 'POST',
    url: `${at('dk')}/letter-attachments?name=page.html`,
    headers: { 'content-type': 'application/octet-stream' },
    payload: bytes,
  });
  const asked = await dk.app.inject({
    method: 'POST',
    url: `${at('dk')}/letters`,
    payload: {
      kind: 'query',
      to: ['mt'],
      subject: 'Over HTTP',
      text: 'Known?',
      handling: NO_CODES,
      evaluation: null,
      deadline: 'ordinary',
      uploads: [uploaded.json<{ uploadId: string }>().uploadId],
    },
  });
  expect(asked.statusCode, asked.body).toBe(200);
  const { messageId } = asked.json<{ messageId: string }>();
  await nodes.settled();
  nodes.clock.advanceHours(1);
  const file = await mt.app.inject({ url: `${at('mt')}/letters/${messageId}/attachments/page.html` });
  expect(file.rawPayload).toEqual(bytes);
  expect(file.headers['content-type']).toBe('application/octet-stream');
  expect(file.headers['content-disposition']).toContain('attachment');
  const answered = await mt.app.inject({
    method: 'POST',
    url: `${at('mt')}/letters/${messageId}/answer`,
    payload: { text: '', handling: NO_CODES, evaluation: null, nothingKnown: true, uploads: [] },
  });
  expect(answered.json()).toMatchObject({ kind: 'answer', nothingKnown: true, granted: null });
  await nodes.settled();
  const thread = await dk.app.inject({ url: `${at('dk')}/letters/${messageId}` });
  expect(thread.json()).toMatchObject({
    letters: [{ owed: [{ agency: 'mt', nothingKnown: true }] }, { kind: 'answer' }],
  });
  // A message without any deadline or grade, as the page sends it.
  const plain = await dk.app.inject({
    method: 'POST',
    url: `${at('dk')}/letters`,
    payload: {
      kind: 'message',
      to: ['mt'],
      subject: 'Plain',
      text: 'Good morning',
      handling: NO_CODES,
      evaluation: null,
      deadline: null,
      uploads: [],
    },
  });
  expect(plain.json()).toMatchObject({ deadline: null, evaluation: null });
});

test('what cannot be sent is refused before anything is written', async () => {
  const { ctx } = nodes.node('dk');
  const wrong: readonly (readonly [string, Partial<LetterDraft>])[] = [
    ['to is missing', { to: agencies('dk') }],
    ['text is missing', { text: '  ' }],
    ['deadline is missing', { kind: 'query' }],
    ['handling is missing', { handling: { codes: ['H3'], text: '' } }],
    ['inReplyTo is missing', { kind: 'answer' }],
    ['cannot be attached', { attachments: [sourceOf('../key', new Uint8Array(1))] }],
    ['cannot be attached', { attachments: [sourceOf('nul.txt', new Uint8Array(1))] }],
    [
      'attachments is missing',
      { attachments: [sourceOf('a', new Uint8Array(1)), sourceOf('a', new Uint8Array(1))] },
    ],
  ];
  for (const [words, change] of wrong) {
    await expect(sendLetter(ctx, SYSTEM, letter(change)), words).rejects.toThrow(words);
  }
});
