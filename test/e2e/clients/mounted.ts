import { join } from 'node:path';
import type { Step } from './round-trip.ts';

/** What does the step on a drive that is mounted at `drive`, as words for the system's own programs. */
export function commandAt(drive: string, step: Step): string[] {
  const path = join(drive, step.path);
  switch (step.do) {
    case 'make-folder':
      return ['mkdir', path];
    case 'upload':
      return ['cp', step.from, path];
    case 'download':
      return ['cp', path, step.to];
    case 'move':
      return ['mv', '--no-target-directory', path, join(drive, step.to)];
    case 'copy':
      return ['cp', path, join(drive, step.to)];
    case 'remove':
      return ['rm', path];
    case 'remove-folder':
      return ['rmdir', path];
  }
}
