/**
 * What every answer tells the browser: where it may be shown, what may run in it, and that nothing of it is
 * kept. Content Security Policy level 3, Trusted Types, Fetch (Cross-Origin-Resource-Policy), RFC 9111 (caching).
 */
import type { ServerResponse } from 'node:http';

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
} as const;

/** Of whatever is no page: nothing runs in it, and nobody shows it. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'; sandbox";

/**
 * Of case data: kept by no cache, and where a browser is led to it, a file to save and never a page to show.
 * A route that knows better (a name for the file, what may be kept) says so itself.
 */
const CASE_DATA = { 'cache-control': 'no-store', 'content-disposition': 'attachment' } as const;

/** A year: the longest that browsers are asked to remember that this host, and what is below it, is there by TLS alone (RFC 6797). */
const TLS_ONLY = 'max-age=31536000; includeSubDomains';

/** @param origin of the node's pages, where they have one */
export function setSecurityHeaders(
  response: ServerResponse,
  { url = '', origin }: { url?: string | undefined; origin?: string | undefined },
): void {
  const headers: Record<string, string> = { ...EVERYWHERE, 'content-security-policy': NO_PAGE };
  if (/^\/(api|nodes)\//.test(url)) Object.assign(headers, CASE_DATA);
  if (origin?.startsWith('https:')) headers['strict-transport-security'] = TLS_ONLY;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/**
 * Of the application's page: its own scripts, its own styles and those that bear this answer's nonce. Text
 * reaches the page's structure only through its one policy (src/web/trusted-text.ts).
 */
export function pagePolicy(styleNonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${styleNonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
  ].join('; ');
}
