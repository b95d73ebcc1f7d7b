/** Documents for tests that need no node. */
import type { PackageFrame } from './frame.ts';
import type { TargetDocument } from './types.ts';

export function targetDocument(rank: number, change: Partial<TargetDocument> = {}): TargetDocument {
  const id = rank.toString(16).padStart(26, '0');
  return {
    targetId: `target_${id}`,
    clientId: id.toUpperCase(),
    software: ['Wire/1'],
    country: 'PL',
    rank,
    score: 400,
    reasons: [{ feature: 'recency', words: 'last seen 2 days before ranking', points: 400 }],
    firstSeenAt: '2011-09-10T10:00:00.000Z',
    lastSeenAt: '2011-09-18T10:00:00.000Z',
    activeDays: 2,
    observations: 3,
    distinctFiles: 2,
    filesBySeverity: [
      { severity: 'A', files: 1 },
      { severity: null, files: 1 },
    ],
    grades: [{ grade: 'direct-browse', observations: 3 }],
    flags: [],
    addressCount: 1,
    addresses: [
      {
        address: '192.0.2.1',
        port: 40_001,
        firstSeenAt: '2011-09-10T10:00:00.000Z',
        lastSeenAt: '2011-09-18T10:00:00.000Z',
        observations: 3,
        country: 'PL',
        asn: 64_500,
        operator: 'Łódzka Sieć',
        disputed: false,
        afterTheFact: false,
      },
    ],
    retention: {
      until: '2012-09-17T10:00:00.000Z',
      words:
        'Operator Łódzka Sieć in Poland keeps 365 days (Act, verified): until 17 Sep 2012 10:00 UTC; 8734 hours left',
    },
    activity: [
      { day: '2011-09-10', observations: 1 },
      { day: '2011-09-18', observations: 2 },
    ],
    dossier: `dossiers/${String(rank).padStart(4, '0')}-${id.slice(0, 12)}.pdf`,
    ...change,
  };
}

export function packageFrame(): PackageFrame {
  const sha256 = 'ab'.repeat(32);
  const handling = {
    codes: ['H1' as const, 'H3' as const],
    text: 'Ask the lead before any approach to a minor.',
  };
  const ids = {
    operationId: 'operation_00000000000000000000000001',
    packageId: 'package_00000000000000000000000001',
  };
  return {
    names: { lead: 'Danish police', addressee: 'Policja', coordinator: 'Europol' },
    operation: {
      operationId: ids.operationId,
      codeName: 'ICARUS',
      lead: 'dk',
      coordinator: 'europol',
      participants: [{ agencyId: 'pl', country: 'PL' }],
      startedAt: '2011-03-01T00:00:00.000Z',
      endedAt: null,
      handling,
      disseminationHours: 24,
      exercise: true,
    },
    contents: {
      format: 'icarus-package-content-1',
      ...ids,
      version: 1,
      supersedes: null,
      from: 'dk',
      to: 'pl',
      country: 'PL',
      composedAt: '2011-09-20T12:00:00.000Z',
      exercise: true,
      notice: 'exercise data',
      handling,
      evaluation: { source: 'B', information: '2' },
      counts: { targets: 1, targetsKnown: 2, observations: 3, addresses: 1 },
      ranking: { profile: 'urgency-1', words: 'Recency, severity, volume, activity.' },
      imports: [
        {
          importId: 'import_1',
          fileName: 'log.csv',
          sha256,
          sizeBytes: 1000,
          profile: 'test-tool',
          profileVersion: 1,
          importedAt: '2011-09-20T11:00:00.000Z',
          observations: 3,
        },
      ],
      attribution: [{ source: 'test ranges', date: '2011-09-01', sha256 }],
    },
  };
}
