// After `npm ci`: builds the web pages, so that `npm start` shows one at once. Leaves a production
// install (no development dependencies) as it is.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const vite = join(project, 'node_modules', 'vite', 'bin', 'vite.js');
const node = join(project, 'node_modules', 'node', 'bin', 'node');

if (existsSync(vite) && existsSync(node) && existsSync(join(project, 'src', 'web', 'index.html'))) {
  for (const config of ['vite.config.ts', 'vite.opener.config.ts']) {
    const build = [vite, 'build', '--logLevel', 'warn', '--config', config];
    const built = spawnSync(node, build, { cwd: project, stdio: 'inherit' });
    if (built.status !== 0) process.exit(built.status ?? 1);
  }
}
