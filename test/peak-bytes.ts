import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has had at a time, in bytes. Not `resourceUsage().maxRSS`: a process begins there
 * with what its parent had when it was forked.
 */
export function peakBytes(): number {
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(peak?.[1]) * 1024;
}
