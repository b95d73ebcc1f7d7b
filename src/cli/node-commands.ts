/** Setting up and running this machine's node. */
import type { Command } from 'commander';
import { addOfficer, grantRole } from '#access/officers.ts';
import { ROLES, type Role } from '#access/policy.ts';
import { listOfficers } from '#access/store.ts';
import { NODE_DATABASE, openDatabaseServer } from '#assembly/database-server.ts';
import { systemClock } from '#core/clock.ts';
import { isCountryCode } from '#core/countries.ts';
import { IcarusError } from '#core/errors.ts';
import { isAgencyId, newId, type OfficerId, type OperationId } from '#core/ids.ts';
import { initNode } from '#operations/node.ts';
import { readConfig } from '#platform/config.ts';
import { serve } from '#server/main.ts';
import { table } from './output.ts';
import { runCommand, runOnNode } from './session.ts';

export function nodeCommands(program: Command): void {
  program
    .command('init')
    .helpGroup('Node')
    .description('set up a node: agency, database, signing and encryption keys')
    .requiredOption('--id <agency>', 'short name of the agency, lower case, as in addresses: mt')
    .requiredOption('--name <name>', 'full name of the agency')
    .option('--country <code>', 'ISO country code; leave out for an agency of no country')
    .option('--address <url>', 'where other nodes reach this one; leave out for file exchange only')
    .addHelpText(
      'after',
      '\nExample:\n  icarus init --id mt --name "Malta national unit" --country MT --address https://icarus.example.mt',
    )
    .action((options: { id: string; name: string; country?: string; address?: string }, command: Command) =>
      runCommand(command, async ({ out, config }) => {
        const { id, country } = options;
        if (!isAgencyId(id))
          throw new IcarusError('cli/usage', {
            reason: `"${id}" is no agency id: use lower-case letters, digits and hyphens.`,
            command: 'icarus init',
          });
        if (country !== undefined && !isCountryCode(country))
          throw new IcarusError('cli/usage', {
            reason: `"${country}" is no country code that Icarus knows.`,
            command: 'icarus init',
          });
        const server = await openDatabaseServer(config);
        try {
          const node = await initNode({
            home: config.dataDir,
            databaseUrl: await server.ready(NODE_DATABASE),
            identity: { agencyId: id, name: options.name, country: country ?? null },
            clock: systemClock,
            address: options.address ?? null,
          });
          out.result(node, [
            `The node ${id} is set up in ${config.dataDir}.`,
            `Signing key  ${node.fingerprints.signingKeys.join(', ')}`,
            'Next: `icarus officer add` for each officer, `icarus agency card` for your partners.',
          ]);
        } finally {
          await server.stop();
        }
      }),
    );

  program
    .command('serve')
    .helpGroup('Node')
    .description('run this node: pages, exchange with other nodes, jobs')
    .addHelpText('after', '\nExample:\n  ICARUS_DATA_DIR=/srv/icarus ICARUS_HTTP_PORT=4711 icarus serve')
    .action((_options: object, command: Command) =>
      runCommand(command, (run) => serve(run.config, run.signal, (line) => run.out.note(line))),
    );

  program
    .command('config')
    .helpGroup('Node')
    .description('print the settings in force and where each comes from; secrets hidden')
    .addHelpText('after', '\nExample:\n  icarus config --json')
    .action((_options: object, command: Command) =>
      runCommand(command, async ({ out }) => {
        const { entries } = readConfig();
        out.result(
          entries,
          table(
            ['setting', 'value', 'from'],
            entries.map(({ name, value, source }) => [name, value, source]),
          ),
        );
      }),
    );

  officerCommands(
    program.command('officer').helpGroup('Node').description('officers of this agency and their roles'),
  );
}

function officerCommands(officer: Command): void {
  officer
    .command('add')
    .argument('<name>')
    .description('add an officer')
    .addHelpText('after', '\nExample:\n  icarus officer add "Officer MT-1"')
    .action((name: string, _options: object, command: Command) =>
      runOnNode(command, async ({ node, actor, out }) => {
        const officerId = newId<OfficerId>('officer', node.ctx.clock.now());
        await addOfficer(node.ctx, actor, { officerId, name });
        out.result(
          { officerId, name },
          `${name} is ${officerId}. Give a role with \`icarus officer grant\`.`,
        );
      }),
    );
  officer
    .command('grant')
    .argument('<officer>')
    .argument('<role>', ROLES.join(', '))
    .option('--operation <id>', 'the operation; only the administrator has none')
    .description('give an officer a role on an operation')
    .addHelpText(
      'after',
      '\nExample:\n  icarus officer grant officer_01… investigator --operation operation_01…',
    )
    .action((officerId: string, role: string, options: { operation?: string }, command: Command) =>
      runOnNode(command, async ({ node, actor, out }) => {
        const known = ROLES.find((candidate): candidate is Role => candidate === role);
        if (!known)
          throw new IcarusError('cli/usage', {
            reason: `"${role}" is no role; the roles are ${ROLES.join(', ')}.`,
            command: 'icarus officer grant',
          });
        await grantRole(node.ctx, actor, {
          officerId: officerId as OfficerId,
          role: known,
          operationId: (options.operation as OperationId | undefined) ?? null,
        });
        out.result(
          { officerId, role, operationId: options.operation ?? null },
          `${officerId} is now ${role}.`,
        );
      }),
    );
  officer
    .command('list')
    .description('list the officers and their roles')
    .addHelpText('after', '\nExample:\n  icarus officer list')
    .action((_options: object, command: Command) =>
      runOnNode(command, async ({ node, out }) => {
        const officers = await listOfficers(node.ctx.db);
        out.result(
          officers,
          table(
            ['officer', 'name', 'roles'],
            officers.map(({ officerId, name, grants }) => [
              officerId,
              name,
              grants.map(({ role }) => role).join(', '),
            ]),
          ),
        );
      }),
    );
}
