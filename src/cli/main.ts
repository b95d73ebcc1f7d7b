/** `icarus`: reads the command line and ends with an exit code of src/core/error-codes.ts. */
import { icarusProgram } from './program.ts';

// Whoever reads the output may stop, as `head` does: that is no failure of the command.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const json = process.argv.includes('--json');
const program = icarusProgram({ json, onEnd: (exitCode) => process.exit(exitCode) });
await program.parseAsync();
