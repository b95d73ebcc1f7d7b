import { expect, test } from 'vitest';
import { testLog } from './fixtures.ts';
import { readVerifierKey } from './note.ts';
import { inclusionProof, proofOf } from './proofs.ts';
import { sequenceNow } from './sequence.ts';
import { consistencyProof } from './span-roots.ts';
import { requireCheckpoint } from './store.ts';
import { checkTlogProof, readTlogProof, writeTlogProof } from './tlog-proof.ts';
import { isExtension } from './tree.ts';

const names = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);

test('every event of the log is proven by a file that is checked without the log', async () => {
  await using log = await testLog();
  const leaves = await log.record(...names(20));
  const key = readVerifierKey(log.ctx.keys.log.verifierKey);
  for (const [index, leaf] of leaves.entries()) {
    const text = writeTlogProof(await proofOf(log.ctx, leaf));
    const checked = checkTlogProof(readTlogProof(text), leaf, { log: key });
    expect(checked).toEqual({ index, size: 20, signedAt: log.clock.now(), witnesses: [] });
    const other = leaves[(index + 1) % leaves.length] as string;
    expect(() => checkTlogProof(readTlogProof(text), other, { log: key })).toThrow(/do not lead/);
  }
});

test('a leaf is named by its hash, its number or its event, and an unknown one is said to be unknown', async () => {
  await using log = await testLog();
  const [leaf = ''] = await log.record('a');
  await expect(inclusionProof(log.ctx.db, leaf)).rejects.toMatchObject({ code: 'custody/leaf-unknown' });
  const proof = await proofOf(log.ctx, leaf);
  const { sequence } = await log.ctx.db
    .selectFrom('custody_event')
    .select('sequence')
    .executeTakeFirstOrThrow();
  expect(await inclusionProof(log.ctx.db, 0)).toEqual(proof);
  expect(await inclusionProof(log.ctx.db, { sequence })).toEqual(proof);
  for (const unknown of ['00'.repeat(32), 'no leaf', 7, { sequence: sequence + 5 }])
    await expect(proofOf(log.ctx, unknown)).rejects.toMatchObject({ code: 'custody/leaf-unknown' });
});

test('the log proves that it extends each of its checkpoints', async () => {
  await using log = await testLog();
  const heads = [];
  for (const batch of [1, 2, 5, 17, 300]) {
    await log.record(...names(batch));
    await sequenceNow(log.ctx);
    heads.push(await requireCheckpoint(log.ctx.db));
  }
  for (const to of heads)
    for (const from of heads.filter(({ size }) => size <= to.size)) {
      const proof = await consistencyProof(log.ctx.db, from.size, to.size);
      expect(isExtension({ from, to, proof }), `${from.size} to ${to.size}`).toBe(true);
    }
});

test('a proof signed by another log, altered or cut is refused', async () => {
  await using log = await testLog();
  await using other = await testLog();
  const [leaf = ''] = await log.record('a', 'b', 'c');
  const text = writeTlogProof(await proofOf(log.ctx, leaf));
  const trust = { log: readVerifierKey(log.ctx.keys.log.verifierKey) };
  const stranger = { log: readVerifierKey(other.ctx.keys.log.verifierKey) };
  expect(() => checkTlogProof(readTlogProof(text), leaf, stranger)).toThrow(/not signed/);
  const refused = (changed: string) => {
    try {
      checkTlogProof(readTlogProof(changed), leaf, trust);
      return 'accepted';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(refused(text)).toBe('accepted');
  expect(refused(text.replace('index 0', 'index 1'))).toBe('custody/proof-invalid');
  expect(refused(text.replace('\n3\n', '\n4\n'))).toBe('custody/proof-invalid');
  for (let at = 0; at < text.length; at++) {
    const cut = text.slice(0, at);
    expect(refused(cut), `cut at ${at}`).toMatch(/^custody\/(proof|note)-invalid$/);
  }
});
