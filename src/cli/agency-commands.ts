/** Cards of agencies: handing out one's own, taking a partner's after comparing fingerprints. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { authorizeOnNode } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import type { Announcement } from '#exchange/card-update.ts';
import type { CardPreview } from '#operations/cards.ts';
import type { RevocationOfKey } from '#operations/rotate.ts';
import { asIs, eachOf, textFile, wholeNumber } from './arguments.ts';
import { addCommand } from './commands.ts';
import { chosenAgentKey } from './node-commands.ts';
import { table } from './output.ts';
import { type NodeRun, runOnNode } from './session.ts';
import { facts, shownTime } from './words.ts';

export function agencyCommands(program: Command): void {
  const agency = addCommand(
    program,
    'agency',
    'agencies that this node knows, and their cards',
    'icarus agency list',
  );
  addCommand(
    agency,
    'card',
    "print this agency's signed card, to hand to partners",
    'icarus agency card --out malta.card.json',
  )
    .option('--out <file>', 'write it to a file that is not there yet')
    .action((options: { out?: string }, command: Command) =>
      runOnNode(command, (run) => card(run, options.out)),
    );
  addCommand(agency, 'add <file>', "take a partner's card, after comparing its fingerprints by telephone", [
    'icarus agency add europol.card.json',
    'icarus agency add europol.card.json --fingerprint SHA256:ouzr…',
  ])
    .option(
      '--fingerprint <value>',
      'of each of its signing keys, as the agency read it out: add without asking; may stand again',
      eachOf(asIs),
    )
    .option('--yes', 'add without asking: the fingerprints have been compared', false)
    .option('--replace', 'although the agency is known here with other keys or a newer card', false)
    .action((file: string, options: AddOptions, command: Command) =>
      runOnNode(command, (run) => add(run, file, options)),
    );
  addCommand(agency, 'list', 'list the agencies and their fingerprints', 'icarus agency list').action(
    (_options: object, command: Command) => runOnNode(command, list),
  );
  keyCommands(agency);
}

function keyCommands(agency: Command): void {
  addCommand(agency, 'rotate', 'make new keys of this node and tell the partners; without an option: both', [
    'icarus agency rotate',
    'icarus agency rotate --encryption',
    'icarus agency rotate --signing --agent-key token.pub',
  ])
    .option('--signing', 'a new key to sign with', false)
    .option(
      '--encryption',
      'a new key to decrypt with; the old ones still open what was sealed to them',
      false,
    )
    .option('--overlap-hours <n>', 'how long the old key still signs', wholeNumber, 24)
    .option('--agent-key <file>', 'public key of the new signing key, where an ssh-agent holds it')
    .action((options: RotateOptions, command: Command) => runOnNode(command, (run) => rotate(run, options)));
  addCommand(
    agency,
    'revoke <fingerprint>',
    'revoke a signing key of this node, after a theft or a loss',
    'icarus agency revoke SHA256:ouzr… --reason "The machine was stolen"',
  )
    .requiredOption('--reason <words>', 'why, for the log')
    .action((key: string, options: { reason: string }, command: Command) =>
      runOnNode(command, (run) => revoke(run, { revoked: key, reason: options.reason })),
    );
  addCommand(
    agency,
    'announce',
    'send the card of this node, as it stands, to all partners again',
    'icarus agency announce',
  ).action((_options: object, command: Command) =>
    runOnNode(command, async ({ node, actor, out }) => {
      const { announceCard } = await import('#exchange/card-update.ts');
      const announcement = await announceCard(node.ctx, actor);
      out.result(announcement, announcementLines(announcement));
    }),
  );
}

interface RotateOptions {
  readonly signing: boolean;
  readonly encryption: boolean;
  readonly overlapHours: number;
  readonly agentKey?: string;
}

async function rotate({ node, actor, config, out }: NodeRun, options: RotateOptions): Promise<void> {
  const agentKey = (await chosenAgentKey(config, options.agentKey))?.publicKey;
  const { rotateKeys } = await import('#exchange/card-update.ts');
  const both = !options.signing && !options.encryption;
  const announcement = await rotateKeys(node.ctx, actor, {
    signing: options.signing || both,
    encryption: options.encryption || both,
    overlapHours: options.overlapHours,
    ...(agentKey !== undefined && { agentKey }),
  });
  out.result(announcement, announcementLines(announcement));
}

async function revoke({ node, actor, out }: NodeRun, what: RevocationOfKey): Promise<void> {
  const { revokeKey } = await import('#exchange/card-update.ts');
  const { announcement } = await revokeKey(node.ctx, actor, what);
  out.result(
    { announcement },
    announcement
      ? announcementLines(announcement)
      : [
          'The key that signed is revoked, and new keys are made. Nobody believes the new card by itself:',
          '  1. telephone every agency: the key is revoked',
          '  2. write the card with `icarus agency card --out FILE` and bring it to them',
          '  3. they compare its fingerprints with you and take it with `icarus agency add --replace FILE`',
        ],
  );
}

function announcementLines({ told, byHand }: Announcement): string[] {
  return [
    told.length === 0 ? 'No agency shares an operation.' : `The new card goes to ${told.join(', ')}.`,
    ...(byHand.length === 0
      ? []
      : [`By hand, with \`icarus agency card --out FILE\`: ${byHand.join(', ')}.`]),
  ];
}

async function card({ node, out }: NodeRun, file: string | undefined): Promise<void> {
  const [{ exportCard, previewCard }, { stagingFile }] = await Promise.all([
    import('#operations/cards.ts'),
    import('#platform/staging-folder.ts'),
  ]);
  const text = await exportCard(node.ctx.db);
  const { fingerprints } = await previewCard(text);
  if (file === undefined) {
    out.result({ card: text, fingerprints }, text.trimEnd());
    return;
  }
  const staging = await stagingFile(file);
  await staging.write(Buffer.from(text, 'utf8'));
  await staging.commit();
  out.result({ file, fingerprints }, [
    `The card is in ${file}. Read its fingerprints out by telephone:`,
    ...fingerprintLines(fingerprints),
  ]);
}

interface AddOptions {
  readonly fingerprint?: readonly string[];
  readonly yes: boolean;
  readonly replace: boolean;
}

async function add({ node, actor, out, signal }: NodeRun, file: string, options: AddOptions): Promise<void> {
  const { addCard, previewCard } = await import('#operations/cards.ts');
  const text = await textFile(file);
  const preview = await previewCard(text);
  out.note(cardLines(preview).join('\n'));
  await confirm(preview, options, signal);
  await addCard(node.ctx, actor, text, { replace: options.replace });
  out.result(
    { ...preview },
    `The card of ${preview.card.name} is here. Its messages are believed from now on.`,
  );
}

/** Somebody must have compared the fingerprints: those given are all that the card has, or a person says so. */
async function confirm(preview: CardPreview, options: AddOptions, signal: AbortSignal): Promise<void> {
  const agency = preview.card.agencyId;
  const readOut = options.fingerprint;
  if (readOut !== undefined) {
    const other = preview.fingerprints.signingKeys.find((key) => !readOut.includes(key));
    if (other === undefined) return;
    throw new IcarusError('cli/not-confirmed', { agency, reason: `its key ${other} was not read out` });
  }
  if (options.yes) return;
  if (!process.stdin.isTTY)
    throw new IcarusError('cli/not-confirmed', {
      agency,
      reason: 'nobody is here to confirm it; give --fingerprint with the value that the agency read out',
    });
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await reader
    .question('Were these fingerprints compared with the agency by telephone? Type yes: ', { signal })
    .finally(() => reader.close());
  if (answer.trim().toLowerCase() !== 'yes')
    throw new IcarusError('cli/not-confirmed', { agency, reason: 'the fingerprints were not confirmed' });
}

function cardLines({
  card: { agencyId, name, country, address, issuedAt },
  fingerprints,
}: CardPreview): string[] {
  return [
    ...facts([
      ['agency', `${name} (${agencyId})`],
      ['country', country],
      ['address', address ?? 'none: reached by file only'],
      ['issued', shownTime(issuedAt)],
    ]),
    ...fingerprintLines(fingerprints),
  ];
}

function fingerprintLines({ signingKeys, ageRecipients }: CardPreview['fingerprints']): string[] {
  return [
    ...signingKeys.map((key) => `  signs with     ${key}`),
    ...ageRecipients.map((recipient) => `  encrypt for    ${recipient}`),
  ];
}

async function list({ node, actor, out }: NodeRun): Promise<void> {
  const { agencyCards } = await import('#operations/cards.ts');
  authorizeOnNode(actor, 'agencies.read');
  const agencies = await agencyCards(node.ctx.db);
  out.result(
    agencies.map(({ agency, card: { address, issuedAt }, fingerprints }) => {
      const { card: _text, ...shown } = agency;
      return { ...shown, address, issuedAt, fingerprints };
    }),
    [
      ...table(
        ['agency', 'name', 'country', 'signs with', 'reached'],
        agencies.map(({ agency, card: { address }, fingerprints }) => [
          agency.own ? `${agency.agencyId} (own)` : agency.agencyId,
          agency.name,
          agency.country ?? '-',
          // The beginning tells agencies apart; for comparing, --json prints the whole.
          fingerprints.signingKeys.map((key) => key.slice(0, 19)).join(', '),
          address ?? 'by file',
        ]),
      ),
    ],
  );
}
