/**
 * Lint: correctness, floating promises, exhaustive switches, sizes, and the arrows of
 * ARCHITECTURE.md. A room may import only from rooms before it in this list.
 */
import { defineConfig, type OxlintOverride } from 'oxlint';

export const ROOMS = [
  'core',
  'seal',
  'platform',
  'custody',
  'access',
  'operations',
  'observations',
  'exchange',
  'correspondence',
  'packages',
  'casework',
  'evidence',
  'crossmatch',
  'referrals',
  'results',
  'chain',
  'interop',
  'protection',
  'assembly',
  'exercise',
  'server',
  'cli',
  'web',
  'opener',
] as const;

const NEVER = [
  { group: ['../*', '../**'], message: 'Use #room/file.ts across rooms, ./file.ts inside one.' },
  { group: ['#test/*'], message: 'Product code does not import test code.' },
];

/** Faces and rooms after `room`: what it must not import. The web takes only types, which the rule lets pass. */
function later(room: (typeof ROOMS)[number]): string[] {
  return ROOMS.slice(ROOMS.indexOf(room) + 1).flatMap((other) => [`#${other}/*`, `#${other}/**`]);
}

/** Lint of one room: what it must not import. */
function arrowsOf(room: (typeof ROOMS)[number]): OxlintOverride {
  const patterns = [
    ...NEVER,
    {
      group: later(room),
      message: `The room ${room} stands before this one: imports run downwards only (ARCHITECTURE.md).`,
    },
    ...(room === 'web' ? [ONLY_TYPES] : []),
  ];
  return { files: [`src/${room}/**`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** What of the format runs on Node alone: one implementation of the primitives, and tools of tests. */
const ON_NODE = [
  'src/seal/primitives/{node,digest-thread,digest-threads}.ts',
  'src/seal/{craft,vector-cases,write-vectors,software-signer}.ts',
];

/** The format runs in a browser too: neither Node's modules nor its Buffer. */
const PORTABLE: OxlintOverride = {
  files: ['src/seal/**'],
  excludeFiles: [...ON_NODE, '**/*.test.ts', '**/fixtures.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...NEVER,
          {
            group: [...later('seal'), 'node:*'],
            message: 'The format imports #core alone, and runs in a browser (ADR 0015).',
          },
        ],
      },
    ],
    'eslint/no-restricted-globals': ['error', 'Buffer', 'process'],
  },
};

const ONLY_TYPES = {
  group: ROOMS.slice(1, ROOMS.indexOf('web')).flatMap((other) => [`#${other}/*`]),
  allowTypeImports: true,
  message: 'The web takes only types from the rooms.',
};

export default defineConfig({
  plugins: ['typescript', 'import', 'promise', 'unicorn', 'oxc', 'react', 'vitest'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': ['error', { checksVoidReturn: false }],
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/consistent-type-imports': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    'max-params': ['error', { max: 4 }],
    'eslint/no-console': 'error',
    // What comes from outside is searched for control characters on purpose.
    'eslint/no-control-regex': 'off',
    // Our interfaces are closures over what they need; nothing here has a `this` to lose.
    'typescript/unbound-method': 'off',
    // Tests say with the second argument of expect() which case failed, and assert in loops and helpers.
    'vitest/valid-expect': 'off',
    'vitest/expect-expect': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/require-to-throw-message': 'off',
  },
  overrides: [
    ...ROOMS.map(arrowsOf),
    PORTABLE,
    { ...arrowsOf('seal'), files: ON_NODE },
    {
      files: ['**/*.test.ts', '**/fixtures.ts', '**/fixtures-*.ts', 'test/**', 'bench/**', 'proofs/**'],
      rules: { 'no-restricted-imports': 'off', 'eslint/no-console': 'off' },
    },
    { files: ['src/cli/**', 'src/exercise/log/**'], rules: { 'eslint/no-console': 'off' } },
    { files: ['*.config.ts', 'test/setup-database.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});
