/** How settings are written: each reads a text, and says in words what it must be. */
import { isIP } from 'node:net';
import { resolve } from 'node:path';

export type Parse<T> = (text: string) => T;

export function whole(least: number, most: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new Error(`it must be a whole number from ${least} to ${most}`);
    return value;
  };
}

export function oneOf<T extends string>(allowed: readonly T[]): Parse<T> {
  return (text) => {
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw new Error(`it must be one of ${allowed.join(', ')}`);
    return found;
  };
}

export function postgresUrl(text: string): string {
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text))
    throw new Error('it must begin with postgres://');
  return text;
}

export function pagesOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.origin !== text || (url.protocol !== 'https:' && url.hostname !== 'localhost'))
    throw new Error('it must be as https://icarus.example.mt, without a slash behind it');
  return text;
}

export function issuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const here = url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
  const bare = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!url || (url.protocol !== 'https:' && !here) || !bare)
    throw new Error('it must be as https://login.example.mt');
  return text;
}

/** They stand in one parameter with spaces between (`acr_values`). */
export function claimValues(text: string): string[] {
  const all = text === '' ? [] : text.split(/,\s*/);
  if (!all.every((one) => /^[\x21-\x7e]{1,200}$/.test(one)))
    throw new Error(
      'it must be values as the provider names them, phr or https://refeds.org/profile/mfa, with commas between',
    );
  return all;
}

export function folders(text: string): string[] {
  return text === '' ? [] : text.split(/,\s*/).map((one) => resolve(one));
}

export function ageRecipients(text: string): string[] {
  const all = text === '' ? [] : text.split(/,\s*/);
  if (!all.every((one) => /^age1[a-z0-9]+$/.test(one)))
    throw new Error('it must be age recipients as age1…, with commas between');
  return all;
}

export function models(text: string): string[] {
  const all = text === '' ? [] : text.toLowerCase().split(/,\s*/);
  if (!all.every((one) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(one)))
    throw new Error('it must be AAGUIDs with commas between');
  return all;
}

export function networks(text: string): string[] {
  const all = text === '' ? [] : text.split(/,\s*/);
  for (const one of all) {
    const [address = '', bits, ...rest] = one.split('/');
    const most = isIP(address) === 6 ? 128 : 32;
    if (
      isIP(address) === 0 ||
      rest.length > 0 ||
      (bits !== undefined && !(/^\d+$/.test(bits) && Number(bits) <= most))
    )
      throw new Error('it must be addresses or networks as 10.0.0.0/8, with commas between');
  }
  return all;
}

export function bucketUrl(text: string): string {
  if (!/^s3:\/\/[a-z0-9][a-z0-9.-]+(\/[\w.-]+)*\/?$/.test(text))
    throw new Error('it must be as s3://bucket/prefix');
  return text;
}

export function httpOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!url || !['http:', 'https:'].includes(url.protocol) || !bare || url.password !== '')
    throw new Error('it must be as https://s3.example.mt');
  return text;
}

/** The password of a URL, or all of what is no URL. */
export function hideSecret(url: string): string {
  if (!URL.canParse(url)) return 'hidden';
  const shown = new URL(url);
  if (shown.password) shown.password = 'hidden';
  return shown.href;
}
