/** Errors of a node that runs: its disk's reserve, and the passphrase of its keys. */
import { conflict, type ErrorKind, refused, unavailable, usage } from './error-kind.ts';

export const NODE_ERRORS = {
  'disk/reserve': unavailable(
    'Less is free on the disk of this node than the reserve that it keeps. What is here can be read; nothing new is taken in, and nothing was changed. Try again when its administrator has made room.',
  ),
  'disk/not-encrypted': refused(
    'The settings ask for encrypted disks (ICARUS_DISK_ENCRYPTION), and {place} is on none: {why}. Put it on an encrypted one (LUKS), swap as well, or, where what lies beneath this machine encrypts it, set `elsewhere`. Nothing was opened or written.',
  ),
  'database/lost': unavailable(
    'The connection to the database broke off while this was done. Look whether it was done before you do it again.',
  ),
  'keys/passphrase-needed': usage(
    'The keys of this node are protected by a passphrase. Run the command at a terminal, or name a file that holds it with ICARUS_PASSPHRASE_FILE or an open descriptor with ICARUS_PASSPHRASE_FD.',
  ),
  'keys/passphrase-unreadable': usage(
    'The passphrase cannot be read from {from}: {reason}. Check the setting, and that this user may read it.',
  ),
  'keys/passphrase-wrong': refused(
    'That passphrase does not open the keys of this node. Try again; nothing was changed.',
  ),
  'keys/passphrase-weak': usage(
    'The passphrase must have at least {least} characters, and be typed twice alike. Choose a longer one; nothing was changed.',
  ),
  'keys/protected': conflict(
    'The keys of this node are protected already. To change the passphrase, take the protection off with `icarus keys unprotect` first.',
  ),
  'keys/not-protected': conflict('The keys of this node are not protected. There is nothing to take off.'),
  'keys/damaged': refused(
    'The file {file} in the folder of keys is missing or damaged. Bring it back from a backup; nothing was changed.',
  ),
} as const satisfies Record<string, ErrorKind>;
