/**
 * Checking signatures again, long after: an auditor needs the row, the passkey's registered public key and the
 * custody log, and no word of whoever runs the node. What is checked is what public tools check: the statement's
 * SHA-256 is the challenge, the signature is over authenticator data and the hash of the client data (WebAuthn
 * level 3, section 7.2), and the log names the same statement.
 */
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { sha256 } from '#access/sign-in/secret.ts';
import type { OperationId } from '#core/ids.ts';
import { listEvents } from '#custody/record.ts';
import type { Db } from '#platform/tables.ts';
import { verifyStatement } from '#seal/sshsig.ts';
import { WORD_NAMESPACE } from './sign-by-key.ts';
import type { SignatureId, SignatureWay } from './signatures.ts';
import { type ActKind, readStatement, type Word } from './statement.ts';
import type { ActSignatureTable } from './tables.ts';

export interface CheckedSignature {
  readonly signatureId: SignatureId;
  readonly officerId: string;
  readonly word: Word;
  readonly thing: { readonly kind: ActKind; readonly id: string; readonly digest: string };
  readonly way: SignatureWay;
  readonly keyId: string | null;
  readonly signedAt: Date;
  readonly usedAt: Date | null;
  readonly statement: string;
  /** `holds`; `unsigned` where there was nothing to sign with; else what is wrong, in words. */
  readonly verdict: 'holds' | 'unsigned' | { readonly wrong: string };
}

const PAGE = 200;

/**
 * Every signature of an operation (null: of the node; undefined: all), newest first, checked anew.
 * @param before only older ones
 */
export async function* checkedSignatures(
  db: Db,
  {
    operationId,
    before,
  }: { readonly operationId?: OperationId | null; readonly before?: string | undefined },
): AsyncGenerator<CheckedSignature> {
  for (let last = before; ; ) {
    let query = db.selectFrom('act_signature').selectAll().orderBy('id', 'desc').limit(PAGE);
    if (operationId !== undefined)
      query = query.where('operation_id', operationId === null ? 'is' : '=', operationId);
    if (last !== undefined) query = query.where('id', '<', last);
    const rows = await query.execute();
    for (const row of rows) yield await checked(db, row);
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.id;
  }
}

async function checked(db: Db, row: ActSignatureTable): Promise<CheckedSignature> {
  const wrong = wrongStatement(row) ?? (await wrongInLog(db, row)) ?? (await wrongProof(db, row));
  return {
    signatureId: row.id as SignatureId,
    officerId: row.officer_id,
    word: row.word as Word,
    thing: { kind: row.act_kind as ActKind, id: row.act_id, digest: row.act_digest },
    way: row.way as SignatureWay,
    keyId: row.key_id,
    signedAt: row.signed_at,
    usedAt: row.used_at,
    statement: row.statement,
    verdict: wrong === undefined ? (row.way === 'unsigned' ? 'unsigned' : 'holds') : { wrong },
  };
}

function wrongStatement(row: ActSignatureTable): string | undefined {
  const said = readStatement(row.statement);
  const names = said?.things.some(
    ({ kind, id, digest }) => kind === row.act_kind && id === row.act_id && digest === row.act_digest,
  );
  if (sha256(row.statement) !== row.statement_sha256) return 'the statement is not the one that was digested';
  return names && said?.word === row.word && said.officer === row.officer_id
    ? undefined
    : 'the statement says something else than the row';
}

async function wrongInLog(db: Db, row: ActSignatureTable): Promise<string | undefined> {
  const subject = { kind: 'signed-word', id: row.statement_sha256 };
  const signed = await listEvents(db, { kinds: ['approval.signed'], subject });
  return signed.some(({ actor, facts }) => actor === row.officer_id && facts['way'] === row.way)
    ? undefined
    : 'the custody log does not know of it';
}

async function wrongProof(db: Db, row: ActSignatureTable): Promise<string | undefined> {
  if (row.way === 'unsigned') return undefined;
  return row.way === 'ssh' ? wrongByKey(db, row) : wrongByPasskey(db, row);
}

async function wrongByKey(db: Db, row: ActSignatureTable): Promise<string | undefined> {
  const key = await db
    .selectFrom('officer_key')
    .selectAll()
    .where('fingerprint', '=', row.key_id ?? '')
    .where('officer_id', '=', row.officer_id)
    .executeTakeFirst();
  if (!key) return 'the officer has never had that key';
  if (key.revoked_at && key.revoked_at < row.signed_at) return 'the key was revoked before';
  try {
    const armored = row.signature?.toString('utf8') ?? '';
    verifyStatement(armored, WORD_NAMESPACE, Buffer.from(row.statement), [key.public_key]);
    return undefined;
  } catch {
    return 'the signature does not hold';
  }
}

async function wrongByPasskey(db: Db, row: ActSignatureTable): Promise<string | undefined> {
  const passkey = await db
    .selectFrom('passkey')
    .selectAll()
    .where('id', '=', row.key_id ?? '')
    .where('officer_id', '=', row.officer_id)
    .executeTakeFirst();
  if (!passkey) return 'the officer has never had that passkey';
  if (passkey.revoked_at && passkey.revoked_at < row.signed_at) return 'the passkey was revoked before';
  return (await isAnswer(row, passkey)) ? undefined : 'the signature does not hold';
}

async function isAnswer(
  row: ActSignatureTable,
  passkey: { readonly id: string; readonly public_key: Buffer },
): Promise<boolean> {
  const { client_data: client, authenticator_data: data, signature } = row;
  if (!client || !data || !signature) return false;
  try {
    const { origin } = JSON.parse(client.toString('utf8')) as { origin: string };
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: passkey.id,
        rawId: passkey.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signature.toString('base64url'),
        },
      },
      expectedChallenge: Buffer.from(row.statement_sha256, 'hex').toString('base64url'),
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.public_key), counter: 0 },
      requireUserVerification: true,
    });
    return verified;
  } catch {
    return false;
  }
}
