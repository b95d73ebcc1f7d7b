import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPages } from '#test/browser-web.ts';
import { type SignInNode, signInNode } from './fixtures.ts';

let node: SignInNode;
beforeAll(async () => {
  await buildPages();
  node = await signInNode({ origin: 'https://icarus.example.mt' });
}, 120_000);
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
});

const ask = (path: string) => fetch(`${node.url}${path}`);

test('every answer, refusals and what is not there included, says that nothing runs in it and nobody shows it', async () => {
  const paths = [
    '/',
    '/nodes/mt/api/session',
    '/nodes/mt/api/none',
    '/nodes/none/api/session',
    '/health',
    '/ready',
  ];
  for (const path of [...paths, '/icarus-open.html', '/assets/none.js', '/nodes/mt/exchange/v1/none']) {
    const { headers } = await ask(path);
    const seen = Object.fromEntries(headers);
    expect(seen, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    });
    expect(seen['content-security-policy'], path).not.toContain('unsafe');
  }
});

test('a page takes only its own scripts, and styles that bear a nonce of this one answer', async () => {
  const answers = [await ask('/'), await ask('/mt/board')];
  const nonces = answers.map(
    ({ headers }) => /'nonce-([\w-]{22})'/.exec(headers.get('content-security-policy') ?? '')?.[1],
  );
  expect(new Set(nonces).size).toBe(2);
  for (const [position, answer] of answers.entries()) {
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'; trusted-types default");
    const page = await answer.text();
    expect(page).toContain(`nonce="${nonces[position]}"`);
    expect(
      page.replace(/<script type="module" crossorigin src="\/assets\/[\w.-]+"><\/script>/, ''),
    ).not.toMatch(/<script|<style| style=| on\w+=/);
  }
});

test('case data is kept by no cache, and is a file to save where a browser is led to it', async () => {
  for (const path of ['/nodes/mt/api/operations', '/nodes/mt/api/session', '/api/nodes']) {
    const { headers } = await ask(path);
    expect([headers.get('cache-control'), headers.get('content-disposition')], path).toEqual([
      'no-store',
      'attachment',
    ]);
  }
});
