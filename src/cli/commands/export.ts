import { resolve } from 'node:path';
import { formatBytes } from '../../config/units.ts';
import { isSet, operand, requiredOption, type Call, type Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { askAndWatch } from '../lasting.ts';
import { printJson } from '../output.ts';
import { note } from '../terminal.ts';
import { tellProblems } from '../problems.ts';

export const exportCommand: Command = {
  name: 'export',
  summary: "write a user's files to a folder of this machine",
  operands: ['PATH', 'DIR'],
  options: {
    user: { value: 'NAME', help: 'whose files; PATH is as this user sees it, / for all of them' },
    force: { help: 'replace files of the same name that have another size or time' },
  },
  printsJson: true,
  notes: [
    'What is in PATH comes into DIR with its time of modification; a file comes into it as itself. Every content is',
    'checked against its checksum on the way. Where a file of the same size and time is there already, it is left',
    'alone, so the command can be given again after it was cut off. What cannot be written is left out and listed;',
    'exit code 1 then. While a server runs, it does the work: the files belong to its user, who must be able to write.',
  ],
  run: exportFolder,
};

async function exportFolder(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const report = await askAndWatch(call, 'export', {
    user: requiredOption(call, 'user'),
    from: operand(call, 0),
    folder: resolve(operand(call, 1)),
    isForced: isSet(call, 'force'),
  });
  if (isSet(call, 'json')) printJson(terminal, report);
  else {
    const { fileCount, bytes, identicalCount } = report;
    const identical = identicalCount > 0 ? `; ${identicalCount} were there already` : '';
    note(terminal, `${fileCount} files exported (${formatBytes(bytes)})${identical}`);
    tellProblems(terminal, report);
  }
  return report.problemCount > 0 ? EXIT.failed : EXIT.done;
}
