/**
 * What may become structure of a page. The node's policy lets the page turn no text into elements or scripts
 * (Trusted Types); the components write style sheets as the text of style elements, which is all that passes here.
 */

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string | null }): unknown;
}

/** Text without `<` makes no element, wherever it is put. */
export function trustPlainTextOnly(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy('default', { createHTML: (text) => (text.includes('<') ? null : text) });
}

/** The nonce of the page's styles; scripts that bring their own style elements look for it under this name. */
export function shareStyleNonce(nonce: string): void {
  Object.assign(globalThis, { __webpack_nonce__: nonce });
}
