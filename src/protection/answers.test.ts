/** Answers to persons and supervisors, over HTTP, by officers who are signed in. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '#access/policy.ts';
import { givenPackage, targetIds } from '#casework/fixtures-content.ts';
import type { AgencyId, OperationId, TargetId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import { createOperation } from '#operations/create.ts';
import type { Operation } from '#operations/types.ts';
import { type SignInNode, signInNode } from '#server/fixtures.ts';
import { SYSTEM } from '#test/nodes.ts';

let node: SignInNode;
let operation: Operation;
let operationId: OperationId;
const targetId = targetIds('MT', 1)[0] as TargetId;

beforeAll(async () => {
  node = await signInNode();
  operation = await createOperation(node.ctx, SYSTEM, {
    codeName: 'ANSWERED',
    lead: 'dk' as AgencyId,
    coordinator: 'europol' as AgencyId,
    participants: [{ agencyId: 'mt' as AgencyId, country: 'MT' }],
    startedAt: node.ctx.clock.now(),
    endedAt: null,
    handling: { codes: ['H0'], text: '' },
    disseminationHours: 24,
    exercise: true,
  });
  ({ operationId } = operation);
  await givenPackage(node.ctx.db, operation, { country: 'MT', targets: [{ targetId }] });
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

async function signedIn(name: string, role: Role) {
  const { code } = await node.officer(name, [[role, operationId]]);
  const { cookie } = await node.enrolled(code);
  const path = `/operations/${operationId}`;
  return {
    ask: (rest: string, body?: object) =>
      node.ask(`${path}${rest}`, { cookie, ...(body && { method: 'POST', body }) }),
    file: async (body: object) => {
      const response = await fetch(`${node.url}/nodes/mt/api${path}/protection/answers`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          cookie,
          'content-type': 'application/json',
          origin: 'http://localhost:4711',
          'sec-fetch-site': 'same-origin',
        },
      });
      return { response, files: filesOf(Buffer.from(await response.arrayBuffer())) };
    },
  };
}

/** The files of a tar archive, by name. */
function filesOf(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const name = tar
      .subarray(at, at + 100)
      .toString()
      .replaceAll('\0', '');
    const size = Number.parseInt(tar.subarray(at + 124, at + 135).toString(), 8);
    files.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

const ASKED = { targetId, reference: 'DS-7/2026', askedBy: 'data-subject', answer: 'full' } as const;

test('the data-protection officer hands out all that is held on a person, as JSON and on paper, with a reason', async () => {
  const officer = await signedIn('dpo', 'data-protection-officer');
  const refused = await officer.ask('/protection/answers', ASKED);
  expect(refused.body.code).toBe('consultation/reason-required');
  await officer.ask('/consultations/reason', { reason: 'Request DS-7 of the person' });
  const { response, files } = await officer.file(ASKED);
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="answer_\w+\.tar"$/);
  expect([...files.keys()]).toEqual(['answer.json', 'held-data.json', 'held-data.pdf']);
  expect(files.get('held-data.pdf')?.subarray(0, 5).toString()).toBe('%PDF-');
  const data = JSON.parse(files.get('held-data.json')!.toString());
  expect(data.subjects).toEqual([targetId]);
  expect(data.records).toMatchObject([{ table: 'received_target', total: 1 }]);
  const answer = JSON.parse(files.get('answer.json')!.toString());
  const sha256 = createHash('sha256').update(files.get('held-data.json')!).digest('hex');
  expect(answer).toMatchObject({ reference: 'DS-7/2026', restriction: null, heldData: { sha256 } });
  const { body } = await officer.ask('/protection/answers');
  expect(body.answers).toMatchObject([{ reference: 'DS-7/2026', answer: 'full', sha256 }]);
  const events = await listEvents(node.ctx.db, { subject: { kind: 'subject-answer', id: answer.answerId } });
  expect(events).toMatchObject([{ kind: 'protection.subject-answered', actor: 'officer_dpo' }]);
});

test('whoever asks who has seen the person reads that it was handed out', async () => {
  const auditor = await signedIn('auditor', 'auditor');
  const { body } = await auditor.ask(`/consultations/of/target/${targetId}`);
  expect(JSON.stringify(body)).toContain('everything held on a person');
});

test('a supervisor gets a partial answer without what is left out, and a refusal holds no data', async () => {
  const officer = await signedIn('liaison', 'liaison');
  await officer.ask('/consultations/reason', { reason: 'Request of the supervisor' });
  const restricted = { restriction: 'b', reason: 'The search is next week' };
  const ask = { ...ASKED, askedBy: 'supervisory-authority', ...restricted };
  const partial = await officer.file({ ...ask, answer: 'partial', without: ['packages'] });
  const data = JSON.parse(partial.files.get('held-data.json')!.toString());
  expect(data.records.map(({ room }: { room: string }) => room)).not.toContain('packages');
  const no = await officer.file({ ...ask, answer: 'refused' });
  expect([...no.files.keys()]).toEqual(['answer.json']);
  const said = no.files.get('answer.json')!.toString();
  expect(JSON.parse(said)).toMatchObject({ heldData: null, restriction: { letter: 'b' } });
  expect(said, 'the facts behind it stay with the controller').not.toContain('next week');
  const missing = await officer.ask('/protection/answers', { ...ASKED, answer: 'refused' });
  expect(missing.body.code).toBe('protection/restriction-missing');
});
