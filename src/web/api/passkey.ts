/** The browser's side of passkeys (WebAuthn level 3): it asks the authenticator, and gives its answer as JSON. */

/** The officer, or the browser for him, ended it. */
export class PasskeyCancelled extends Error {}

export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<object> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return answer(() => navigator.credentials.create({ publicKey }));
}

export async function answerWithPasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<object> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return answer(() => navigator.credentials.get({ publicKey }));
}

/** Can this browser do it, at this address? */
export function knowsPasskeys(): boolean {
  return window.isSecureContext && 'PublicKeyCredential' in window;
}

async function answer(ask: () => Promise<Credential | null>): Promise<object> {
  const credential = await ask().catch((cause: unknown) => {
    throw new PasskeyCancelled('no answer', { cause });
  });
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyCancelled('no answer');
  return credential.toJSON() as object;
}
