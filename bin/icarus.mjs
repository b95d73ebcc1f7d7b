#!/usr/bin/env node
// Starts the command line on the Node that the project brings, whatever Node the machine has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
// Not by name: an older Node, which only hands over, has no such function.
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const main = join(project, 'src', 'cli', 'main.ts');
// Compiled code is kept beside the code itself, never in a folder where other users may write.
const compiled = join(project, 'node_modules', '.cache', 'compiled');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  nodeModule.enableCompileCache(compiled);
  // Workers start with it too.
  process.env.NODE_COMPILE_CACHE ??= compiled;
  await import(main);
} else {
  const own = join(project, 'node_modules', 'node', 'bin', 'node');
  if (!existsSync(own)) {
    console.error('Icarus needs Node 24. Run `npm ci` in the project folder: it brings its own.');
    process.exit(7);
  }
  const child = spawn(own, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}
