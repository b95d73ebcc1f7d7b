/**
 * What the exchange carries. It knows no message's meaning: each room declares a handler for its kind,
 * and a face passes the list to `openExchange`.
 */
import type { AgencyId, MessageId, OperationId } from '#core/ids.ts';
import type { NodeContext } from '#platform/context.ts';
import type { Tx } from '#platform/tables.ts';
import type { PackagedFile } from '#seal/bag.ts';

/** A message that was checked, decrypted and unpacked. */
export interface OpenedMessage {
  readonly messageId: MessageId;
  readonly kind: string;
  readonly from: AgencyId;
  /** All agencies that can open it, this one among them. */
  readonly to: readonly AgencyId[];
  readonly operationId: OperationId;
  /** When it was sealed, by the sender's clock. */
  readonly createdAt: Date;
  /** SHA-512 of the tag manifest: names the content, whoever it is encrypted for. */
  readonly contentDigest: string;
  /** Absolute path of the folder with the content: `join(folder, files[0].path)`. It stays where it is. */
  readonly folder: string;
  readonly files: readonly PackagedFile[];
}

export interface MessageHandler {
  /** `package`, `report`: lower case, digits and hyphens. */
  readonly kind: string;
  /**
   * Takes the message in, in the transaction that marks it opened and posts its receipt. An
   * `IcarusError` with a status below 500 refuses the message: a receipt with that code goes back and
   * nothing else changes. Any other error leaves the message to be tried again.
   */
  receive(ctx: NodeContext, tx: Tx, message: OpenedMessage): Promise<void>;
  /** The same for several that were opened together and do not depend on each other. Default: each in turn. */
  receiveAll?(ctx: NodeContext, tx: Tx, messages: readonly OpenedMessage[]): Promise<void>;
  /** Its sender may recall a message of this kind; others are taken back in ways of their own. Default: no. */
  readonly recallable?: boolean;
  /**
   * Removes what the room derived from a message, received or sent, in the transaction that reduces its row.
   * An `IcarusError` with a status below 500 keeps the message: the certificate gives its sentence as reason.
   */
  erase?(ctx: NodeContext, tx: Tx, message: ErasedMessage): Promise<void>;
  /**
   * Removes parts of a message that came, where the rest of it stays: the rows in a transaction, refusing as
   * `erase` does, then what lies in the opened folder. Each may be done again after a crash.
   */
  readonly eraseParts?: {
    rows(ctx: NodeContext, tx: Tx, parts: ErasedParts): Promise<void>;
    files(ctx: NodeContext, parts: ErasedParts): Promise<void>;
  };
}

/** A message that is to be erased. */
export interface ErasedMessage {
  readonly messageId: MessageId;
  readonly operationId: OperationId;
  /** Absolute path of the folder with the content, which is removed after; null for a message that was sent from here. */
  readonly folder: string | null;
}

/** Parts of a message that came, by the ids that its room gives them. */
export interface ErasedParts {
  readonly messageId: MessageId;
  readonly operationId: OperationId;
  readonly folder: string;
  readonly only: readonly string[];
}

/** The kind that the exchange keeps for itself. */
export const RECEIPT_KIND = 'receipt';

export const KIND = /^[a-z][a-z0-9-]{0,39}$/;
