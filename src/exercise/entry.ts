/**
 * How officers of an exercise come in. By the desk chooser, which asks for nothing; or as on a real node: with a
 * passkey that the officer made with the code of his administrator, and which he uses again before a grave act.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeEnrolment } from '#access/sign-in/enrolment.ts';
import {
  type KeptPasskey,
  newPasskey,
  type SoftwareAuthenticator,
  softwareAuthenticator,
} from '#access/sign-in/software-authenticator.ts';
import type { OpenNode } from '#assembly/open-node.ts';
import type { OfficerId } from '#core/ids.ts';
import { type Answered, askOverHttp, isRefusal, valueOf } from './http.ts';
import { type ExerciseHost, SYSTEM } from './nodes.ts';

export interface Entry {
  /** @returns the cookie of a new session */
  comeIn(node: OpenNode, officerId: OfficerId): Promise<string>;
  /** Proves to the node that the officer of the session is still there. @returns the session's new cookie */
  prove(node: OpenNode, officerId: OfficerId, cookie: string): Promise<string>;
  /**
   * Signs what the node named before a second officer's approval (`access/signature-needed`).
   * @returns the session's new cookie
   */
  sign(
    node: OpenNode,
    word: { readonly officerId: OfficerId; readonly cookie: string; readonly toSign: unknown },
  ): Promise<string>;
}

export function entryOf(host: ExerciseHost): Entry {
  return host.signedIn ? byPasskey(host) : byDeskChooser(host);
}

function byDeskChooser(host: ExerciseHost): Entry {
  return {
    async comeIn({ ctx }, officerId) {
      const { agencyId } = ctx.node;
      const taken = await askOverHttp(`${host.baseUrl}/api/desk`, {
        method: 'POST',
        body: { agencyId, officerId },
      });
      return cookieOf(taken);
    },
    prove: () => Promise.reject(new Error('a desk is asked for no proof')),
    sign: () => Promise.reject(new Error('a desk is asked for no signature')),
  };
}

function byPasskey(host: ExerciseHost): Entry {
  const api = (node: OpenNode): string => `${host.baseUrl}/nodes/${node.ctx.node.agencyId}/api`;
  const post = async (address: string, body?: unknown, cookie?: string): Promise<Answered> =>
    askOverHttp(address, { method: 'POST', body, cookie });
  const signIn = async (node: OpenNode, authenticator: SoftwareAuthenticator): Promise<string> => {
    const options = valueOf<GetOptions>(await post(`${api(node)}/sign-in/options`));
    return cookieOf(await post(`${api(node)}/sign-in`, { response: authenticator.get(options) }));
  };
  return {
    async comeIn(node, officerId) {
      const authenticator = await authenticatorOf(host, officerId);
      try {
        return await signIn(node, authenticator);
      } catch (error) {
        if (!isRefusal(error, 'access/passkey-unknown')) throw error;
      }
      const { code } = await makeEnrolment(node.ctx, SYSTEM, officerId);
      const options = valueOf<CreateOptions>(await post(`${api(node)}/enrol/options`, { code }));
      const response = authenticator.create(options);
      valueOf(await post(`${api(node)}/enrol`, { code, label: 'passkey of the exercise', response }));
      return signIn(node, authenticator);
    },
    async prove(node, officerId, cookie) {
      const authenticator = await authenticatorOf(host, officerId);
      const place = `${api(node)}/session/prove`;
      const options = valueOf<GetOptions>(await post(`${place}/options`, undefined, cookie));
      return cookieOf(await post(place, { response: authenticator.get(options) }, cookie));
    },
    async sign(node, { officerId, cookie, toSign }) {
      const authenticator = await authenticatorOf(host, officerId);
      const place = `${api(node)}/session/sign`;
      const options = valueOf<GetOptions>(await post(`${place}/options`, toSign, cookie));
      return cookieOf(await post(place, { response: authenticator.get(options) }, cookie));
    },
  };
}

type CreateOptions = Parameters<SoftwareAuthenticator['create']>[0];
type GetOptions = Parameters<SoftwareAuthenticator['get']>[0];

/** @throws Refusal */
function cookieOf(answer: Answered): string {
  valueOf(answer);
  const given = answer.headers['set-cookie'];
  const [cookie = ''] = (Array.isArray(given) ? String(given[0]) : '').split(';');
  return cookie;
}

/** Where the passkeys lie that the story plays its officers with. */
function passkeyFile({ home }: Pick<ExerciseHost, 'home'>, officerId: OfficerId): string {
  return join(home, 'passkeys', `${officerId}.json`);
}

/** The authenticator of an officer whom the story plays; it is made when it is first needed, and kept. */
export async function authenticatorOf(
  host: Pick<ExerciseHost, 'home' | 'origin'>,
  officerId: OfficerId,
): Promise<SoftwareAuthenticator> {
  const path = passkeyFile(host, officerId);
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return softwareAuthenticator(host.origin, JSON.parse(kept) as KeptPasskey);
  const passkey = newPasskey();
  await writeFile(path, JSON.stringify(passkey), { mode: 0o600 });
  return softwareAuthenticator(host.origin, passkey);
}
