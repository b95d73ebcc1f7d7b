/** Keys, cards and alarms about custody logs over HTTP. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const TimeOrNull = Type.Union([Time, Type.Null()]);
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

/** One checkpoint of a contradiction. `signedAt`: by the log's own word; null where its key is not on a card here. */
const StatedCheckpoint = Type.Object(
  { size: Type.Integer(), root: Type.String(), signedAt: TimeOrNull },
  closed,
);

/** A contradiction of a custody log with itself, and how it was settled. */
export const ForkAlarm = Type.Object(
  {
    id: Type.String(),
    /** Name of the log, `icarus/custody/mt`, and the agency whose log it is. */
    log: Type.String(),
    agencyId: Type.String(),
    own: Type.Boolean(),
    kind: Type.Enum(['same-size', 'shrunk', 'not-extended']),
    first: StatedCheckpoint,
    second: StatedCheckpoint,
    foundAt: Time,
    /** Name of the log of whoever told this node; null where it found it itself. */
    reportedBy: TextOrNull,
    settled: Type.Union([
      Type.Object({ at: Time, by: Type.String(), reason: Type.String() }, closed),
      Type.Null(),
    ]),
  },
  closed,
);
export type ForkAlarm = Static<typeof ForkAlarm>;

export const ForkAlarmList = Type.Object({ alarms: Type.Array(ForkAlarm) }, closed);
export type ForkAlarmList = Static<typeof ForkAlarmList>;

const Reason = Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' });

export const SettleBody = Type.Object(
  { log: Type.String({ minLength: 1, maxLength: 120 }), reason: Reason },
  closed,
);

const CardKey = Type.Object(
  {
    /** `SHA256:…` */
    fingerprint: Type.String(),
    /** `ssh-ed25519`, and the types of tokens. */
    type: Type.String(),
    validAfter: Time,
    validBefore: TimeOrNull,
    revokedAt: TimeOrNull,
    /** For something that is signed now. */
    standing: Type.Enum(['valid', 'not-yet-valid', 'expired', 'revoked']),
    /** It is the one that signs at this node now. */
    signsNow: Type.Boolean(),
  },
  closed,
);

/** An agency's card, taken apart. */
export const CardView = Type.Object(
  {
    agencyId: Type.String(),
    name: Type.String(),
    country: TextOrNull,
    address: TextOrNull,
    issuedAt: Time,
    /** When it was taken in here, or issued here. */
    addedAt: Time,
    signingKeys: Type.Array(CardKey),
    ageRecipients: Type.Array(Type.String()),
    logKey: TextOrNull,
    /** SHA-256 of the keys that its node shows in TLS, base64. */
    tlsPins: Type.Array(Type.String()),
  },
  closed,
);
export type CardView = Static<typeof CardView>;

/** A change of an agency's keys, as the log has it. */
const KeyEvent = Type.Object(
  {
    sequence: Type.Integer(),
    at: Time,
    kind: Type.String(),
    actor: Type.String(),
    agencyId: Type.String(),
    revoked: TextOrNull,
    reason: TextOrNull,
  },
  closed,
);

export const KeyOverview = Type.Object(
  {
    own: CardView,
    /** An ssh-agent or a token holds the key that signs. */
    inAgent: Type.Boolean(),
    partners: Type.Array(CardView),
    /** The newest first. */
    history: Type.Array(KeyEvent),
  },
  closed,
);
export type KeyOverview = Static<typeof KeyOverview>;

export const RotateBody = Type.Object(
  {
    signing: Type.Boolean(),
    encryption: Type.Boolean(),
    /** How long the old key still signs. */
    overlapHours: Type.Integer({ minimum: 0, maximum: 8760 }),
  },
  closed,
);

export const RevokeBody = Type.Object(
  { fingerprint: Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' }), reason: Reason },
  closed,
);

/** Whom the new card goes to by message, and who gets it by hand. */
export const AnnouncementView = Type.Object(
  {
    messageIds: Type.Array(Type.String()),
    told: Type.Array(Type.String()),
    byHand: Type.Array(Type.String()),
  },
  closed,
);
export type AnnouncementView = Static<typeof AnnouncementView>;

/** Null where nobody may believe a message of it: the card goes by hand. */
export const RevocationView = Type.Object(
  { announcement: Type.Union([AnnouncementView, Type.Null()]) },
  closed,
);
export type RevocationView = Static<typeof RevocationView>;
