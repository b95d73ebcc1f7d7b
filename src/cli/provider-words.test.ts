import { expect, test } from 'vitest';
import { desk } from './fixtures.ts';

const PROVIDER = { ICARUS_OIDC_ISSUER: 'https://login.example.mt' };
const WARNS = 'Whatever sign-in https://login.example.mt takes, a password alone among them, opens this node';

test.each([
  ['asks for nothing', PROVIDER, true],
  ['asks for a class', { ...PROVIDER, ICARUS_OIDC_ACR: 'phr, phrh' }, false],
  ['asks for methods', { ...PROVIDER, ICARUS_OIDC_AMR: 'hwk' }, false],
  ['has no provider', {}, false],
])(
  'the settings in force say that the provider’s passwords would do, where the node %s',
  async (_what, environment, warns) => {
    await using here = await desk(environment);
    const { exitCode, stdout, stderr } = await here.icarus('config');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('oidcAcr');
    expect(stderr.includes(WARNS)).toBe(warns);
  },
  120_000,
);

test('the node says so at its start, and when it is asked how it is', async () => {
  await using here = await desk({ ...PROVIDER, ICARUS_HTTP_PORT: '0' });
  await here.json('init', '--id', 'mt', '--name', 'Malta national unit', '--country', 'MT');
  const server = here.start('serve');
  await server.said(WARNS);
  expect((await here.icarus('status')).stderr).toContain(WARNS);
  expect(await server.interrupt()).toMatchObject({ exitCode: 0 });
}, 120_000);
