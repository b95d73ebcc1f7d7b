/** What one comparison is about: a package as it arrived, and what its reader has. */
import type { AgencyCard } from '#seal/card.ts';
import type { Party } from '#seal/fixtures.ts';

export interface Arrival {
  readonly bytes: Uint8Array;
  /** The sender's card, as the reader has it. */
  readonly card: AgencyCard;
  readonly reader: Party;
  readonly at: Date;
  /** As the sender states it; the officer copies it into the command. */
  readonly createdAt: string;
  /** The folder that the officer expects: the name of the file that came. */
  readonly id: string;
}
