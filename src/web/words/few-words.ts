import { t } from '#web/messages/messages.ts';

/** As the API asks of every reason that concerns a person whose record is closed. */
const LEAST_CHARACTERS = 10;

/** What is wrong with a reason that says too little; undefined where nothing is. */
export function fewWords(text: string): string | undefined {
  return text.trim().length < LEAST_CHARACTERS ? t('person.words') : undefined;
}
