/** Proposals, approvals and signatures over HTTP. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';
import type { ProposalState } from './proposal-types.ts';
import { ACT_KINDS, type ActKind } from './statement.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const Null = Type.Null();
const Hex = Type.String({ pattern: '^[0-9a-f]{64,128}$' });
const OperationIdText = Type.String({ pattern: '^operation_[0-9a-z]{26}$' });
const Kind = Type.Unsafe<ActKind>(Type.Union(ACT_KINDS.map((kind) => Type.Literal(kind))));
const STATES = ['open', 'approved', 'done', 'refused', 'withdrawn', 'expired'] as const;
const State = Type.Unsafe<ProposalState>(Type.Union(STATES.map((state) => Type.Literal(state))));
const Word = Type.Union([Type.Literal('approve'), Type.Literal('refuse')]);

export const ProposalParams = Type.Object(
  { proposalId: Type.String({ pattern: '^proposal_[0-9a-z]{26}$' }) },
  closed,
);
export const ProposalsQuery = Type.Object({ over: Type.Optional(Type.Literal('yes')) }, closed);

export const DecisionBody = Type.Object(
  { word: Word, digest: Hex, reason: Type.Optional(Type.String({ maxLength: 1000 })) },
  closed,
);
export type DecisionBody = Static<typeof DecisionBody>;

/** What an act answers that waits for a second officer. */
export const Waiting = Type.Object(
  { proposalId: Type.String(), digest: Type.String(), expiresAt: Time },
  closed,
);
export type Waiting = Static<typeof Waiting>;

export const ProposalView = Type.Object(
  {
    proposalId: Type.String(),
    kind: Type.Union([
      Type.Literal('role.grant'),
      Type.Literal('role.withdraw'),
      Type.Literal('letter.disclose'),
      Type.Literal('targets.merge'),
      Type.Literal('message.erase'),
      Type.Literal('person.strict-necessity'),
      Type.Literal('person.opening'),
    ]),
    operationId: Type.Union([Type.String(), Null]),
    operation: Type.Union([Type.String(), Null]),
    /** Exactly what will be done, as its kind names it. */
    act: Type.Unknown(),
    before: Type.Array(Type.String()),
    after: Type.Array(Type.String()),
    reason: Type.String(),
    digest: Type.String(),
    /** The bytes that the digest is of; without its free words where these were erased. */
    document: Type.String(),
    wordsErasedAt: Type.Union([Time, Null]),
    proposedBy: Type.String(),
    proposedByName: Type.String(),
    proposedAt: Time,
    expiresAt: Time,
    state: State,
    decidedBy: Type.Union([Type.String(), Null]),
    decidedByName: Type.Union([Type.String(), Null]),
    decidedAt: Type.Union([Time, Null]),
    decisionReason: Type.Union([Type.String(), Null]),
    /** Of the officer who asks. */
    mine: Type.Boolean(),
    mayDecide: Type.Boolean(),
  },
  closed,
);
export type ProposalView = Static<typeof ProposalView>;

export const ProposalList = Type.Object({ proposals: Type.Array(ProposalView) }, closed);
export type ProposalList = Static<typeof ProposalList>;

/** `problem`: why what was approved could not be done now. */
export const DecidedView = Type.Object(
  { proposal: ProposalView, problem: Type.Union([Type.String(), Null]) },
  closed,
);
export type DecidedView = Static<typeof DecidedView>;

/** What a refusal with `access/signature-needed` names, as it came. */
export const WordBody = Type.Object(
  {
    word: Word,
    things: Type.Array(
      Type.Object(
        {
          kind: Kind,
          id: Type.String({ minLength: 1, maxLength: 120 }),
          digest: Hex,
        },
        closed,
      ),
      { minItems: 1, maxItems: 500 },
    ),
    operationId: Type.Union([OperationIdText, Null]),
  },
  closed,
);

export const SignatureView = Type.Object(
  {
    signatureId: Type.String(),
    officerId: Type.String(),
    officer: Type.String(),
    word: Word,
    kind: Kind,
    id: Type.String(),
    digest: Type.String(),
    way: Type.Union([Type.Literal('passkey'), Type.Literal('ssh'), Type.Literal('unsigned')]),
    keyId: Type.Union([Type.String(), Null]),
    signedAt: Time,
    used: Type.Boolean(),
    /** Checked anew for this answer. */
    verdict: Type.Union([Type.Literal('holds'), Type.Literal('unsigned'), Type.Literal('wrong')]),
    /** What is wrong, in words. */
    wrong: Type.Union([Type.String(), Null]),
  },
  closed,
);
export type SignatureView = Static<typeof SignatureView>;

export const SignaturesQuery = Type.Object(
  { before: Type.Optional(Type.String({ pattern: '^signature_[0-9a-z]{26}$' })) },
  closed,
);
export const SignatureList = Type.Object(
  { signatures: Type.Array(SignatureView), next: Type.Union([Type.String(), Null]) },
  closed,
);
export type SignatureList = Static<typeof SignatureList>;
