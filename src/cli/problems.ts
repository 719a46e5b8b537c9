import { printable } from './output.ts';
import { note, type Terminal } from './terminal.ts';

/** What was left out, and why. */
export function tellProblems(
  terminal: Terminal,
  { problemCount, problems }: { problemCount: number; problems: readonly { path: string; reason: string }[] },
): void {
  if (problemCount === 0) return;
  note(terminal, `${problemCount} left out, or not as asked:`);
  for (const { path, reason } of problems) note(terminal, printable(`  ${path}: ${reason}`));
  if (problemCount > problems.length) note(terminal, `  … and ${problemCount - problems.length} more`);
}
