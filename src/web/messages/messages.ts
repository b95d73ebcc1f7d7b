/**
 * The message catalogue: every word on a page comes through `t`. A key names its page and part; a
 * placeholder `{name}` must be given, which the compiler checks; a number is written as the reader's
 * language writes it, and picks the plural form.
 */
import { en } from './en.ts';

type Plural = { readonly one: string; readonly other: string };
export type Message = string | Plural;
export type Key = keyof typeof en;
/** What a translation has to hold: every key, each in the form its language needs. */
export type Catalogue = { readonly [K in Key]: Message };

type Names<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type TextOf<K extends Key> = (typeof en)[K] extends Plural
  ? (typeof en)[K]['other']
  : (typeof en)[K] & string;
type Values<K extends Key> = { readonly [N in Names<TextOf<K>>]: string | number };
type Arguments<K extends Key> = [Names<TextOf<K>>] extends [never] ? [] : [values: Values<K>];

const CATALOGUES: Readonly<Record<string, Catalogue>> = { en };

/** The first of the reader's languages that there is a catalogue for; British English otherwise. */
export const language =
  readerLanguages().find((tag) => tag.slice(0, 2) in CATALOGUES && isLanguageTag(tag)) ?? 'en-GB';
const catalogue = CATALOGUES[language.slice(0, 2)] ?? en;
const plural = new Intl.PluralRules(language);
const number = new Intl.NumberFormat(language);

function readerLanguages(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : navigator.languages;
}

/** Some systems hand over what is none, such as `en-US@posix`. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** The message of `key` in the reader's language, its placeholders filled. */
export function t<K extends Key>(key: K, ...[values]: Arguments<K>): string {
  return fill(catalogue[key], (values ?? {}) as Readonly<Record<string, string | number>>);
}

/** Is there a message of this name? For names that come from the server, such as kinds of events. */
export function hasMessage(key: string): key is Key {
  return Object.hasOwn(en, key);
}

/** The message of a key that was checked with {@link hasMessage} and has no placeholders. */
export function plainMessage(key: Key): string {
  return fill(catalogue[key], {});
}

function fill(message: Message, values: Readonly<Record<string, string | number>>): string {
  const text = typeof message === 'string' ? message : pluralForm(message, values);
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? number.format(value) : (value ?? '');
  });
}

function pluralForm(message: Plural, values: Readonly<Record<string, string | number>>): string {
  const count = Object.values(values).find((value) => typeof value === 'number') ?? 0;
  return plural.select(Number(count)) === 'one' ? message.one : message.other;
}
