import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '#platform/database.ts';
import { databaseSource } from './database-source.ts';
import { type TestLog, testLog } from './fixtures.ts';
import { generateLogKey, logSignerFrom } from './log-key.ts';
import { sequenceNow } from './sequence.ts';
import { FAULT_WORDS, requireHolds, type Verdict, verifyLog } from './verify.ts';

const names = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);

async function verdictOn({ ctx }: TestLog, witnessKeys: string[] = []): Promise<Verdict> {
  return verifyLog(await databaseSource(ctx.db), { logKey: ctx.keys.log.verifierKey, witnessKeys });
}

/** What whoever administers the server can do: the guards of the log do not stop him. */
async function tamper(log: TestLog, statement: string): Promise<void> {
  const owner = openDatabase({ url: log.database.ownerUrl, role: 'owner', poolSize: 1 });
  await owner.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql.raw(statement).execute(tx);
  });
  await owner.destroy();
}

async function grownLog(): Promise<TestLog> {
  const log = await testLog();
  for (const batch of [3, 1, 300]) {
    await log.database.db.transaction().execute((tx) =>
      sql`insert into custody_event (at, kind, actor, subject_kind, subject_id, event, salt)
        select t.at, 'officer.added', 'officer_1', 'thing', n::text,
          format('{"actor":"officer_1","at":"%s","facts":{},"kind":"officer.added","subject":{"id":"%s","kind":"thing"}}',
            to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), n), decode(md5(n::text), 'hex')
        from (select ${log.clock.now()}::timestamptz as at) t, generate_series(1, ${batch}) n`.execute(tx),
    );
    await sequenceNow(log.ctx);
  }
  return log;
}

test('a log that nobody touched holds, and the whole of it was looked at', async () => {
  await using log = await grownLog();
  const seen: number[] = [];
  const verdict = await verifyLog(await databaseSource(log.ctx.db), {
    logKey: log.ctx.keys.log.verifierKey,
    witnessKeys: [],
    onProgress: (done, total) => seen.push(done, total),
  });
  expect(verdict).toMatchObject({
    holds: true,
    size: 304,
    whole: 304,
    leafOnly: 0,
    checkpoints: 3,
    faults: [],
  });
  expect(seen.slice(-2)).toEqual([304, 304]);
  expect(() => requireHolds(verdict)).not.toThrow();
});

test.each([
  [
    "update custody_event set event = replace(event, 'officer_1', 'officer_2'), actor = 'officer_2' where sequence = 5",
    'event-altered',
  ],
  ["update custody_event set actor = 'officer_2' where sequence = 5", 'columns-altered'],
  ['delete from custody_event where sequence = 5', 'event-missing'],
  ['update custody_event set event = null, salt = null where sequence = 5', 'erased-without-event'],
  ['delete from custody_leaf where index = 7', 'number-missing'],
  [
    'update custody_tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and index = 1',
    'tile-altered',
  ],
  [
    "update custody_checkpoint set note = replace(note, E'\\n4\\n', E'\\n5\\n') where size = 4",
    'checkpoint-unsigned',
  ],
  [
    'insert into custody_event (at, kind, actor, subject_kind, subject_id, event, salt) select at, kind, actor, subject_kind, subject_id, event, salt from custody_event limit 1',
    'event-unnumbered',
  ],
  ['delete from custody_checkpoint where size = 304', 'checkpoint-missing'],
  [
    `with swap as (select index, event_sequence, leaf_hash from custody_leaf where index in (8, 9))
    update custody_leaf l set leaf_hash = s.leaf_hash from swap s where s.index = 17 - l.index and l.index in (8, 9)`,
    'event-altered',
  ],
] as const)('says what was done to the log: %s', async (statement, kind) => {
  await using log = await grownLog();
  await tamper(log, statement);
  const verdict = await verdictOn(log);
  expect(verdict.holds).toBe(false);
  expect(verdict.faults.map((fault) => fault.kind)).toContain(kind);
  expect(() => requireHolds(verdict)).toThrow(FAULT_WORDS[verdict.faults[0]?.kind ?? kind]);
});

test('a log made anew from the first to the last, without its key, is signed by nobody', async () => {
  await using log = await grownLog();
  await tamper(
    log,
    `delete from custody_event where sequence = 5; delete from custody_leaf; delete from custody_tile;
     delete from custody_checkpoint; insert into custody_waiting (sequence) select sequence from custody_event`,
  );
  const thief = logSignerFrom(generateLogKey(log.ctx.node.agencyId));
  await sequenceNow({ ...log.ctx, keys: { ...log.ctx.keys, log: thief } });
  expect((await verdictOn(log)).faults).toEqual([{ kind: 'checkpoint-unsigned', at: 303 }]);
});

test('witnesses count by their keys, and a cosignature that does not hold is a fault', async () => {
  await using log = await grownLog();
  const mt = logSignerFrom(generateLogKey('mt' as never));
  const ie = logSignerFrom(generateLogKey('ie' as never));
  const checkpoints = await log.ctx.db.selectFrom('custody_checkpoint').selectAll().orderBy('size').execute();
  const text = (note: string) => note.slice(0, note.indexOf('\n\n') + 1);
  const [small, , large] = checkpoints.map(({ size, note }) => ({ size, text: text(note) }));
  const at = log.clock.now();
  const add = (size = 0, witness = '', line = '') =>
    log.ctx.db.insertInto('custody_cosignature').values({ size, witness, line, cosigned_at: at }).execute();
  await add(small?.size, mt.name, mt.cosign(small?.text ?? '', at));
  await add(large?.size, mt.name, mt.cosign(large?.text ?? '', at));
  await add(large?.size, ie.name, ie.cosign(large?.text ?? '', at));
  const known = [mt.verifierKey];
  expect(await verdictOn(log, known)).toMatchObject({
    holds: true,
    witnesses: { 'icarus/custody/mt': 304 },
    unknownCosignatures: 1,
  });
  await add(4, mt.name, mt.cosign(large?.text ?? '', at));
  expect((await verdictOn(log, known)).faults).toEqual([{ kind: 'cosignature-invalid', at: 4 }]);
});

test('verifying can be cancelled', async () => {
  await using log = await testLog();
  await log.record(...names(2));
  await sequenceNow(log.ctx);
  const cancel = new AbortController();
  cancel.abort(new Error('enough'));
  const options = { logKey: log.ctx.keys.log.verifierKey, witnessKeys: [], signal: cancel.signal };
  await expect(verifyLog(await databaseSource(log.ctx.db), options)).rejects.toThrow('enough');
});
