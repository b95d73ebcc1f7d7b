/** Letters as they stand, and the pure decisions about them. */
import { type Conditions, conditionsMet } from '#core/conditions.ts';
import type { Evaluation, Handling, HandlingCode } from '#core/handling.ts';
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import { PAP_WHEN_ABSENT, type PapLevel, strictestPap } from '#core/pap.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import type { ForwardedLetter, Origin, PermissionQuestion } from './document.ts';

export type LetterKind = 'message' | 'query' | 'answer';
export const LETTER_KINDS = ['message', 'query', 'answer'] as const satisfies readonly LetterKind[];

export interface Attachment {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha512: string;
}

/** What an officer wrote to other agencies, or what one of theirs wrote to this one. */
export interface Letter {
  readonly messageId: MessageId;
  readonly kind: LetterKind;
  readonly direction: 'sent' | 'received';
  readonly operationId: OperationId;
  readonly threadId: MessageId;
  readonly inReplyTo: MessageId | null;
  readonly from: AgencyId;
  readonly to: readonly AgencyId[];
  readonly subject: string;
  readonly text: string;
  readonly handling: Handling;
  /** By its writer; nobody changes it after. */
  readonly evaluation: Evaluation | null;
  readonly deadline: { readonly rule: DeadlineKind; readonly dueAt: Date } | null;
  readonly nothingKnown: boolean;
  readonly permission: PermissionQuestion | null;
  readonly granted: boolean | null;
  /** Under which leave is given. */
  readonly conditions: Conditions | null;
  /** What may be done with it, by its writer's word. */
  readonly pap: PapLevel;
  readonly forwarded: ForwardedLetter | null;
  readonly attachments: readonly Attachment[];
  readonly writtenBy: string;
  readonly writtenAt: Date;
  readonly recordedAt: Date;
  /** Name in the folder of opened messages. */
  readonly folder: string | null;
  /** What it said is gone; the row says that it was there. */
  readonly erasedAt: Date | null;
}

/** A code that keeps a letter from somebody, whom its provider must ask for leave. */
export interface Barrier {
  readonly messageId: MessageId;
  readonly provider: AgencyId;
  readonly recipient: AgencyId;
  readonly codes: readonly Exclude<HandlingCode, 'H0'>[];
}

/** Agencies that take part in judicial proceedings: what is marked H1 does not go there. */
const JUDICIAL: ReadonlySet<string> = new Set(['eurojust']);

/**
 * What keeps a letter of these origins from `recipients` (Council document 6243/18): H2 from everybody to
 * whom its provider did not send it; H3 from them too, because its words are for the provider to read;
 * H1 from judicial proceedings, whoever has it.
 */
export function barriersOf(origins: readonly Origin[], recipients: readonly AgencyId[]): Barrier[] {
  return origins.flatMap(({ messageId, from, to, handling }) =>
    recipients.flatMap((recipient) => {
      if (recipient === from) return [];
      const codes = handling.codes.filter((code): code is Barrier['codes'][number] =>
        code === 'H1' ? JUDICIAL.has(recipient) : code !== 'H0' && !to.includes(recipient),
      );
      if (codes.length === 0) return [];
      return [{ messageId: messageId as MessageId, provider: from as AgencyId, recipient, codes }];
    }),
  );
}

/** A letter that was received, and through it those that it passes on: who gave what to whom. */
export function originsOf(letter: Letter): Origin[] {
  const { messageId, from, to, handling, forwarded } = letter;
  const own = {
    messageId,
    from,
    to: [...to],
    handling: { codes: [...handling.codes], text: handling.text },
    pap: letter.pap,
  };
  return [own, ...(forwarded?.origins ?? [])];
}

/** A question for leave, with the answers that came to it. */
export interface Leave {
  readonly question: PermissionQuestion;
  readonly askedAt: Date;
  readonly provider: AgencyId;
  /** In the order in which they were written: the last one counts. */
  readonly answers: readonly {
    readonly granted: boolean;
    readonly conditions: Conditions | null;
    readonly writtenAt: Date;
  }[];
}

/** The barriers that no standing leave lifts now: one whose conditions are not met lifts nothing. */
export function standingBarriers(
  barriers: readonly Barrier[],
  leaves: readonly Leave[],
  at: Date,
): Barrier[] {
  return barriers.filter(
    (barrier) =>
      !barrier.codes.every((code) =>
        leaves.some(
          ({ question, provider, answers }) =>
            provider === barrier.provider &&
            question.messageId === barrier.messageId &&
            question.recipient === barrier.recipient &&
            question.codes.includes(code) &&
            answers.at(-1)?.granted === true &&
            conditionsMet(answers.at(-1)?.conditions, { at, to: barrier.recipient, act: 'forward' }),
        ),
      ),
  );
}

/** Handling of a letter that passes another on: its codes are all kept, and those of the new writer added. */
export function handlingTogether(own: Handling, origins: readonly Origin[]): Handling {
  const all = [own, ...origins.map(({ handling }) => handling)];
  const codes = new Set(all.flatMap(({ codes: each }) => each));
  const texts = new Set(all.map(({ text }) => text.trim()).filter((text) => text !== ''));
  return { codes: [...codes].sort(), text: [...texts].join('; ').slice(0, 2000) };
}

/** Level of a letter that passes another on: the strictest of all. */
export function papTogether(own: PapLevel, origins: readonly Origin[]): PapLevel {
  return strictestPap([own, ...origins.map(({ pap }) => pap ?? PAP_WHEN_ABSENT)]) ?? own;
}
