/** What the commands for messages and queries have in common: what is written, and files that go with it. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Evaluation, HandlingCode } from '#core/handling.ts';
import type { AgencyId } from '#core/ids.ts';
import type { PapLevel } from '#core/pap.ts';
import type { LetterView } from '#correspondence/schemas.ts';
import type { AttachmentSource } from '#correspondence/send.ts';
import type { DeadlineKind } from '#exchange/deadlines.ts';
import {
  agency,
  asIs,
  choice,
  eachOf,
  evaluation,
  handlingCode,
  requireFile,
  textFile,
} from './arguments.ts';
import { papOption } from './pap-options.ts';
import { counted, facts, shownSize, shownTime } from './words.ts';

export interface WrittenOptions {
  readonly text?: string;
  readonly textFile?: string;
  readonly attach?: readonly string[];
  readonly handling?: readonly HandlingCode[];
  readonly handlingText?: string;
  readonly evaluation?: Evaluation;
  readonly pap?: PapLevel;
}

export const RULES: Readonly<Record<DeadlineKind, string>> = {
  'urgent-direct': '8 hours: urgent, and at hand where it is asked',
  dissemination: '24 hours',
  'urgent-indirect': '3 days: urgent, and to be looked for',
  ordinary: '7 days',
};

export function ruleWords(): string {
  return Object.entries(RULES)
    .map(([rule, words]) => `${rule} (${words})`)
    .join('; ');
}

/** Text, attachments, codes and evaluation. */
export function written(command: Command): Command {
  return command
    .option('--text <words>', 'what to say')
    .option('--text-file <file>', 'a UTF-8 text file that says it')
    .option('--attach <file>', 'a file to go with it, of any size; may stand several times', eachOf(asIs))
    .option('--handling <code>', 'H0 to H3; may stand several times', eachOf(handlingCode))
    .option('--handling-text <words>', 'the restriction that H3 stands for')
    .addOption(papOption('what may be done with it (default AMBER: to be checked)'))
    .option('--evaluation <grade>', '4x4: source A, B, C or X and information 1 to 4, as B2', evaluation);
}

export function addressed(command: Command): Command {
  return command
    .requiredOption('--to <agency>', 'who gets it; may stand several times', eachOf(agency))
    .requiredOption('--subject <words>', 'one line; only the recipients can read it');
}

export function deadlineOption(flags: string) {
  return choice(flags, `within what time: ${ruleWords()}`, RULES);
}

/** What was written, read strictly. */
export async function readWritten(options: WrittenOptions) {
  return {
    text: options.textFile === undefined ? (options.text ?? '') : await textFile(options.textFile),
    handling: { codes: [...(options.handling ?? [])], text: options.handlingText ?? '' },
    evaluation: options.evaluation ?? null,
    ...(options.pap && { pap: options.pap }),
    attachments: await attachmentsOf(options.attach ?? []),
  };
}

async function attachmentsOf(paths: readonly string[]): Promise<AttachmentSource[]> {
  const sources: AttachmentSource[] = [];
  for (const path of paths) {
    const sizeBytes = await requireFile(path);
    sources.push({ name: basename(path), sizeBytes, content: () => createReadStream(path) });
  }
  return sources;
}

export interface AddressedOptions extends WrittenOptions {
  readonly to: AgencyId[];
  readonly subject: string;
}

/** A letter as lines to read. */
export function letterLines(letter: LetterView): string[] {
  return [
    ...facts([
      [letter.kind, letter.messageId],
      ['from', letter.from],
      ['to', letter.to.join(', ')],
      ['written', `${shownTime(letter.writtenAt)} by ${letter.writtenBy}`],
      ['subject', letter.erasedAt === null ? letter.subject : `erased ${shownTime(letter.erasedAt)}`],
      [
        'replaced',
        letter.recall?.replacedBy ? `by ${letter.recall.replacedBy}, ${shownTime(letter.recall.at)}` : null,
      ],
      [
        'taken back',
        letter.recall && !letter.recall.replacedBy
          ? `${shownTime(letter.recall.at)}: ${letter.recall.reason}`
          : null,
      ],
      ['handling', [...letter.handling.codes, letter.handling.text].filter(Boolean).join(' ') || null],
      ['PAP', letter.pap],
      ['evaluation', letter.evaluation && letter.evaluation.source + letter.evaluation.information],
      ['answer due', letter.deadline && shownTime(letter.deadline.dueAt)],
      ['nothing known', letter.nothingKnown ? 'yes' : null],
      [
        'leave asked',
        letter.permission && `${letter.permission.messageId} to ${letter.permission.recipient}`,
      ],
      ['leave', letter.granted === null ? null : letter.granted ? 'granted' : 'not granted'],
      ['conditions', letter.conditions && conditionWords(letter.conditions)],
    ]),
    ...(letter.text === '' ? [] : ['', ...letter.text.split('\n')]),
    ...(letter.forwarded === null
      ? []
      : [
          '',
          `Passed on from ${letter.forwarded.origins[0]?.from ?? '?'}: ${letter.forwarded.subject}`,
          ...letter.forwarded.text.split('\n'),
        ]),
    ...(letter.attachments.length === 0
      ? []
      : [
          '',
          `${counted(letter.attachments.length, 'attachment')}:`,
          ...letter.attachments.map(({ name, sizeBytes, disguise }) => {
            const warning = disguise === undefined ? '' : `: NOT what its name says, but ${disguise}`;
            return `  ${name} (${shownSize(sizeBytes)})${warning}`;
          }),
        ]),
  ];
}

/** Under which leave was given, in one line. */
function conditionWords({ text, until, onlyTo, onlyFor }: NonNullable<LetterView['conditions']>): string {
  return [
    text,
    until && `until ${shownTime(until)}`,
    onlyTo && `only to ${onlyTo.join(', ')}`,
    onlyFor && `only for ${onlyFor.join(', ')}`,
  ]
    .filter(Boolean)
    .join('; ');
}
