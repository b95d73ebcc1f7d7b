/** Mapping profiles of the agency's tools. */
import type { Command } from 'commander';
import { authorize } from '#access/policy.ts';
import { IcarusError } from '#core/errors.ts';
import { jsonFile } from './arguments.ts';
import { addCommand, onOperation } from './commands.ts';
import { profileOf } from './import-commands.ts';
import { tableOr } from './output.ts';
import { type OperationRun, runCommand, runOnOperation } from './session.ts';
import { shownTime } from './words.ts';

export function profileCommands(observations: Command): void {
  const profile = addCommand(
    observations,
    'profile',
    'mapping profiles: which column of a tool’s log is what',
    'icarus observations profile list',
  );
  readingCommands(profile);
  onOperation(
    addCommand(
      profile,
      'save <file>',
      'save a profile as the next version of its name; what is saved is never changed',
      'icarus observations profile save tool.json',
    ),
  ).action((file: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => saveFile(run, file)),
  );
  onOperation(
    addCommand(
      profile,
      'check <file>',
      'check a profile, and save nothing',
      'icarus observations profile check tool.json',
    ),
  ).action((file: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => checkFile(run, file)),
  );
}

function readingCommands(profile: Command): void {
  onOperation(
    addCommand(
      profile,
      'list',
      'list the saved profiles and their versions',
      'icarus observations profile list',
    ),
  ).action((_options: object, command: Command) => runOnOperation(command, listProfiles));
  onOperation(
    addCommand(
      profile,
      'show <name>',
      'print a profile as JSON: its newest version, or the one that is named',
      [
        'icarus observations profile show our-tool',
        'icarus observations profile show our-tool@2 > tool.json',
      ],
    ),
  ).action((name: string, _options: object, command: Command) =>
    runOnOperation(command, (run) => showProfile(run, name)),
  );
  addCommand(
    profile,
    'example [name]',
    'print a profile to begin from, or list those that there are',
    'icarus observations profile example gnutella > tool.json',
  ).action((name: string | undefined, _options: object, command: Command) =>
    runCommand(command, async ({ out }) => {
      const { EXAMPLE_NAMES, exampleProfile, isExampleName, PROFILE_EXAMPLES } = await import(
        '#observations/import/examples.ts'
      );
      if (name === undefined)
        return out.result(
          PROFILE_EXAMPLES,
          EXAMPLE_NAMES.map((one) => `${one.padEnd(12)} ${PROFILE_EXAMPLES[one].words}`),
        );
      if (!isExampleName(name)) throw new IcarusError('observations/profile-not-found', { profile: name });
      const example = await exampleProfile(name);
      out.result(example, JSON.stringify(example, null, 2));
    }),
  );
}

async function listProfiles({ node, actor, operation, out }: OperationRun): Promise<void> {
  const { savedProfiles } = await import('#observations/import/profile-store.ts');
  authorize(actor, 'observations.read', operation);
  const saved = await savedProfiles(node.ctx.db);
  out.result(
    saved,
    tableOr(
      'No profile was saved yet. Save one with `icarus observations profile save`.',
      ['profile', 'version', 'saved', 'by', 'SHA-256'],
      saved.map(({ profile, digest, savedAt, savedBy }) => [
        profile.name,
        profile.version,
        shownTime(savedAt),
        savedBy,
        digest.slice(0, 12),
      ]),
    ),
  );
}

async function showProfile(run: OperationRun, name: string): Promise<void> {
  authorize(run.actor, 'observations.read', run.operation);
  const profile = await profileOf(run, name);
  run.out.result(profile, JSON.stringify(profile, null, 2));
}

async function saveFile({ node, actor, operation, out }: OperationRun, file: string): Promise<void> {
  const { saveProfile } = await import('#observations/import/profiles.ts');
  const { operationId } = operation;
  const saved = await saveProfile(node.ctx, actor, { operationId, profile: await jsonFile(file) });
  const { name, version } = saved.profile;
  out.result(
    saved,
    saved.isNew
      ? `${name} is saved as version ${version}.`
      : `Version ${version} of ${name} says the same. Nothing was changed.`,
  );
}

async function checkFile({ node, actor, operation, out }: OperationRun, file: string): Promise<void> {
  const { checkProfile } = await import('#observations/import/profiles.ts');
  authorize(actor, 'observations.read', operation);
  const profile = await checkProfile(node.ctx, await jsonFile(file));
  out.result(profile, `${profile.name}, version ${profile.version}, is a valid profile.`);
}
