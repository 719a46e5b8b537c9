import { resolve } from 'node:path';
import { formatBytes } from '../../config/units.ts';
import { isSet, operand, requiredOption, type Call, type Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { askAndWatch } from '../lasting.ts';
import { printJson } from '../output.ts';
import { tellProblems } from '../problems.ts';
import { note } from '../terminal.ts';

export const importCommand: Command = {
  name: 'import',
  summary: "bring a folder of this machine into a user's files",
  operands: ['DIR'],
  options: {
    user: { value: 'NAME', help: 'whose files they will be; rights and quota are those of this user' },
    to: { value: 'PATH', help: 'the folder to bring them into, as this user sees it; made when it is missing' },
    move: { help: 'take the originals over: each is removed once it is safe in the store' },
  },
  printsJson: true,
  notes: [
    'What is in DIR comes into PATH with its time of modification. Where a file of the same size and time is there',
    'already, it is left alone, so the command can be given again after it was cut off; a file with another content',
    'becomes a new version. Links, devices and names that cannot be stored are left out and listed; exit code 1 then.',
    '',
    'No bytes are copied where the file system can clone (btrfs, XFS). With --move, on the file system of a disk, the',
    'file itself becomes the stored one, if nobody else can write to it any more; otherwise it is copied and removed.',
    'While a server runs, it does the work: its user must be able to read DIR.',
  ],
  run: importFolder,
};

async function importFolder(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const report = await askAndWatch(call, 'import', {
    user: requiredOption(call, 'user'),
    folder: resolve(operand(call, 0)),
    to: requiredOption(call, 'to'),
    isMove: isSet(call, 'move'),
  });
  if (isSet(call, 'json')) printJson(terminal, report);
  else {
    const { fileCount, bytes, replacedCount, identicalCount } = report;
    const replaced = replacedCount > 0 ? `, ${replacedCount} of them as new versions` : '';
    const identical = identicalCount > 0 ? `; ${identicalCount} were there already` : '';
    note(terminal, `${fileCount} files imported (${formatBytes(bytes)})${replaced}${identical}`);
    tellProblems(terminal, report);
  }
  return report.problemCount > 0 ? EXIT.failed : EXIT.done;
}
