/** Sign-in over HTTP. Times are ISO 8601 in UTC. */
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const Bytes = (max: number) => Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength: max });

/** Extension results are not used; some browsers send what others do not. */
const Loose = Type.Object({}, { additionalProperties: true, maxProperties: 20 });
const Attachment = Type.Optional(
  Type.Union([Type.Literal('platform'), Type.Literal('cross-platform'), Type.Null()]),
);
const credential = {
  id: Bytes(1400),
  rawId: Bytes(1400),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Attachment,
  clientExtensionResults: Loose,
};

/** `PublicKeyCredential.toJSON()` of a new passkey (WebAuthn level 3, section 5.1). */
export const RegistrationJson = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON: Bytes(4000),
        attestationObject: Bytes(40_000),
        authenticatorData: Type.Optional(Bytes(20_000)),
        publicKey: Type.Optional(Type.Union([Bytes(4000), Type.Null()])),
        publicKeyAlgorithm: Type.Optional(Type.Integer()),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 })),
      },
      closed,
    ),
  },
  closed,
);

/** The same of an answer by a passkey. */
export const AuthenticationJson = Type.Object(
  {
    ...credential,
    response: Type.Object(
      {
        clientDataJSON: Bytes(4000),
        authenticatorData: Bytes(4000),
        signature: Bytes(4000),
        userHandle: Type.Optional(Type.Union([Bytes(200), Type.Null()])),
      },
      closed,
    ),
  },
  closed,
);

const Code = Type.String({ maxLength: 60 });
const Label = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\p{C}]+$' });
export const CodeBody = Type.Object({ code: Code }, closed);
export const EnrolBody = Type.Object({ code: Code, label: Label, response: RegistrationJson }, closed);
export const AddPasskeyBody = Type.Object({ label: Label, response: RegistrationJson }, closed);
export const AnswerBody = Type.Object({ response: AuthenticationJson }, closed);
export const PasskeyParams = Type.Object({ passkeyId: Bytes(1400) }, closed);
export const SessionParams = Type.Object(
  { sessionId: Type.String({ pattern: '^session_[0-9a-z]{26}$' }) },
  closed,
);

export const PasskeyView = Type.Object(
  {
    passkeyId: Type.String(),
    label: Type.String(),
    model: Type.String(),
    synced: Type.Boolean(),
    createdAt: Time,
    lastUsedAt: Type.Union([Time, Type.Null()]),
  },
  closed,
);
export type PasskeyView = Static<typeof PasskeyView>;

export const SessionView = Type.Object(
  {
    sessionId: Type.String(),
    /** The one that asks. */
    current: Type.Boolean(),
    way: Type.Union([
      Type.Literal('desk'),
      Type.Literal('passkey'),
      Type.Literal('oidc'),
      Type.Literal('terminal'),
    ]),
    device: Type.String(),
    createdAt: Time,
    seenAt: Time,
    expiresAt: Time,
  },
  closed,
);
export type SessionView = Static<typeof SessionView>;

/** A key that the officer signs commands with. */
export const KeyView = Type.Object(
  {
    fingerprint: Type.String(),
    label: Type.String(),
    enrolledAt: Time,
    lastUsedAt: Type.Union([Time, Type.Null()]),
  },
  closed,
);
export type KeyView = Static<typeof KeyView>;
/** `publicKey`: one line, as in `id_ed25519.pub`. */
export const AddKeyBody = Type.Object(
  { label: Label, publicKey: Type.String({ minLength: 1, maxLength: 2000, pattern: '^[\\x20-\\x7e]+$' }) },
  closed,
);
export const KeyParams = Type.Object(
  { fingerprint: Type.String({ pattern: '^SHA256:[A-Za-z0-9+/]{43}$' }) },
  closed,
);
/** As the terminal shows it. */
export const TerminalBody = Type.Object({ code: Code }, closed);
export const TerminalView = Type.Object({ device: Type.String(), askedAt: Time }, closed);
export type TerminalView = Static<typeof TerminalView>;
export const NewKey = Type.Object({ fingerprint: Type.String() }, closed);

export const AccountView = Type.Object(
  { passkeys: Type.Array(PasskeyView), keys: Type.Array(KeyView), sessions: Type.Array(SessionView) },
  closed,
);
export type AccountView = Static<typeof AccountView>;

/** Host of the agency's provider of identities, where there is one beside passkeys. */
export const WaysView = Type.Object({ provider: Type.Union([Type.String(), Type.Null()]) }, closed);
export type WaysView = Static<typeof WaysView>;
