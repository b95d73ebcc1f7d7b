/**
 * What a package says, as it travels: `data/contents.json` (one a package) and `data/targets.json`
 * (one target a line). The same shapes are written by the lead and checked by the receiver.
 */

import { type Static, Type } from 'typebox';
import { INFORMATION_GRADES, SOURCE_GRADES } from '#core/handling.ts';
import { PAP_LEVELS } from '#core/pap.ts';
import { STORABLE } from '#core/storable-text.ts';

export const PACKAGE_CONTENT_FORMAT = 'icarus-package-content-1';

/** What every document of an exercise says. */
export const EXERCISE_NOTICE = 'exercise data';

/** Addresses of one target that a package lists; a client that changes its port all the time has more. */
export const MOST_ADDRESSES = 5000;

/** Suggested links of one target that a package lists, best scored first. */
export const MOST_LINKS = 20;

const closed = { additionalProperties: false } as const;
const Instant = Type.String({ format: 'date-time', pattern: 'Z$', maxLength: 30 });
const Day = Type.String({ format: 'date' });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** One line of text: no control characters, so that nothing moves the cursor of whoever prints it. */
const line = (maxLength: number) =>
  Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Country = Type.String({ pattern: '^[A-Z]{2}$' });
const Agency = Type.String({ pattern: '^[a-z][a-z0-9-]{1,30}$' });
const PackageIdText = Type.String({ pattern: '^package_[0-9a-z]{26}$' });
const TargetIdText = Type.String({ pattern: '^target_[0-9a-z]{1,64}$' });
const Port = Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.Null()]);

/** One address and source port over time: what an operator needs to name a subscriber. */
export const TargetAddress = Type.Object(
  {
    address: line(45),
    /** Source port; behind carrier-grade NAT no subscriber is found without it. Null: not recorded. */
    port: Port,
    firstSeenAt: Instant,
    lastSeenAt: Instant,
    observations: Count,
    country: Type.Union([Country, Type.Null()]),
    asn: Type.Union([Type.Integer({ minimum: 0, maximum: 4_294_967_295 }), Type.Null()]),
    operator: Type.Union([line(200), Type.Null()]),
    /** True where the sources disagree about the country: verify, then forward. */
    disputed: Type.Boolean(),
    /** True where only a snapshot dated after the observation knew the address. */
    afterTheFact: Type.Boolean(),
  },
  closed,
);
export type TargetAddress = Static<typeof TargetAddress>;

/** One reason for the rank, in words, with its share of the score. */
export const TargetReason = Type.Object(
  { feature: line(60), words: line(400), points: Type.Number() },
  closed,
);
export type TargetReason = Static<typeof TargetReason>;

export const TargetDocument = Type.Object(
  {
    targetId: TargetIdText,
    /** The installation's id on the network: neither a line nor a person. */
    clientId: line(512),
    /** Client software as observed, most frequent first. */
    software: Type.Array(line(200), { maxItems: 50 }),
    country: Country,
    /** 1 = first to work, within this package. */
    rank: Type.Integer({ minimum: 1 }),
    score: Type.Number(),
    reasons: Type.Array(TargetReason, { maxItems: 50 }),
    firstSeenAt: Instant,
    lastSeenAt: Instant,
    activeDays: Count,
    observations: Count,
    distinctFiles: Count,
    /** Distinct files by the opaque national severity code; null = not on the agency's list. */
    filesBySeverity: Type.Array(
      Type.Object({ severity: Type.Union([line(10), Type.Null()]), files: Count }, closed),
      { maxItems: 100 },
    ),
    /** Observations by grade of evidence. */
    grades: Type.Array(Type.Object({ grade: line(40), observations: Count }, closed), { maxItems: 10 }),
    /** Set by a person: producer, hands-on, imminent-risk… */
    flags: Type.Array(Type.Object({ flag: line(40), note: line(2000) }, closed), { maxItems: 50 }),
    /** Distinct addresses with port. */
    addressCount: Count,
    /** The freshest of them, freshest first; the observations hold all. */
    addresses: Type.Array(TargetAddress, { maxItems: MOST_ADDRESSES }),
    /** Until when an operator can name a subscriber, as it stood when the package was composed; absent in packages of before. */
    retention: Type.Optional(
      Type.Object({ until: Type.Union([Instant, Type.Null()]), words: line(1200) }, closed),
    ),
    activity: Type.Array(Type.Object({ day: Day, observations: Count }, closed), { maxItems: 10_000 }),
    /** The dossier's path in the package. */
    dossier: Type.String({ pattern: '^dossiers/[0-9]{1,9}-[0-9a-z]{1,64}\\.pdf$' }),
    /** Where an officer of the lead holds several client ids to be one: his word, not the log's. */
    merge: Type.Optional(
      Type.Object(
        {
          mergeId: Type.String({ pattern: '^merge_[0-9a-z]{26}$' }),
          /** All of them, the one seen first first. */
          clientIds: Type.Array(line(512), { minItems: 2, maxItems: 100 }),
          reason: line(2000),
          /** The officer's id at the lead. */
          by: line(80),
          at: Instant,
        },
        closed,
      ),
    ),
    /** Other targets of this package that rules suggest to be the same; nobody has decided. */
    links: Type.Optional(
      Type.Array(
        Type.Object(
          {
            targetId: TargetIdText,
            clientId: line(512),
            /** Points of 100, by the rules of the lead. */
            score: Type.Integer({ minimum: 0, maximum: 100 }),
            /** The last sight of the earlier and the first of the later, where they meet. */
            earlierUntil: Instant,
            laterFrom: Instant,
            words: Type.Array(line(400), { minItems: 1, maxItems: 10 }),
          },
          closed,
        ),
        { maxItems: MOST_LINKS },
      ),
    ),
  },
  closed,
);
export type TargetDocument = Static<typeof TargetDocument>;

/** A log that observations came from: its raw file, named by digest. */
export const ImportSource = Type.Object(
  {
    importId: line(80),
    fileName: line(255),
    sha256: Sha256,
    sizeBytes: Count,
    profile: line(120),
    profileVersion: Count,
    importedAt: Instant,
    observations: Count,
  },
  closed,
);
/** A snapshot that addresses were attributed from. */
export const AttributionSource = Type.Object({ source: line(200), date: Day, sha256: Sha256 }, closed);

/** Names of the files of one request: `preservation/<name>.pdf`, `.docx` and `.csv`. */
const RequestName = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,79}$' });

/** One request for preservation, to one operator. */
export const PreservationRequest = Type.Object(
  {
    name: RequestName,
    /** The holder of the addresses; what attribution does not know is null. */
    country: Type.Union([Country, Type.Null()]),
    operator: Type.Union([line(200), Type.Null()]),
    asn: Type.Union([Type.Integer({ minimum: 0, maximum: 4_294_967_295 }), Type.Null()]),
    /** Targets that it names. */
    targets: Type.Integer({ minimum: 1 }),
    /** Addresses with their ports, one a line. */
    lines: Type.Integer({ minimum: 1 }),
    linesWithoutPort: Count,
    /** Lines whose address serves many subscribers at once. */
    linesBehindNat: Count,
  },
  closed,
);
export type PreservationRequest = Static<typeof PreservationRequest>;

export const ContentsDocument = Type.Object(
  {
    format: Type.Literal(PACKAGE_CONTENT_FORMAT),
    packageId: PackageIdText,
    version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    /** The package of the same country that this one replaces. */
    supersedes: Type.Union([PackageIdText, Type.Null()]),
    operationId: Type.String({ pattern: '^operation_[0-9a-z]{26}$' }),
    from: Agency,
    to: Agency,
    country: Country,
    composedAt: Instant,
    exercise: Type.Boolean(),
    /** "exercise data" where it is one. */
    notice: Type.Union([Type.Literal(EXERCISE_NOTICE), Type.Null()]),
    handling: Type.Object(
      {
        codes: Type.Array(Type.Enum(['H0', 'H1', 'H2', 'H3']), { maxItems: 4 }),
        text: Type.String({ maxLength: 2000, pattern: STORABLE }),
      },
      closed,
    ),
    /** What may be done with it (PAP): set by the provider, never changed by a receiver; absent: GREEN. */
    pap: Type.Optional(Type.Enum([...PAP_LEVELS])),
    /** 4x4 evaluation: set by the provider, never changed by a receiver. */
    evaluation: Type.Object(
      { source: Type.Enum([...SOURCE_GRADES]), information: Type.Enum([...INFORMATION_GRADES]) },
      closed,
    ),
    counts: Type.Object(
      {
        targets: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
        /** Targets of the country that were known; the package holds the first of them by rank. */
        targetsKnown: Count,
        observations: Count,
        addresses: Count,
      },
      closed,
    ),
    ranking: Type.Object({ profile: line(120), words: line(1000) }, closed),
    imports: Type.Array(ImportSource, { maxItems: 10_000 }),
    attribution: Type.Array(AttributionSource, { maxItems: 1000 }),
    /** Requests for preservation that it holds; absent in packages of before they were made. */
    preservation: Type.Optional(Type.Array(PreservationRequest, { maxItems: 10_000 })),
  },
  closed,
);
export type ContentsDocument = Static<typeof ContentsDocument>;

export type PackageState = 'composed' | 'approved' | 'sent';
