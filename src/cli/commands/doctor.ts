import type { Finding } from '../../app/doctor/finding.ts';
import { isSet, type Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, printJson } from '../output.ts';
import { settingsOf } from '../settings.ts';
import { print } from '../terminal.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'look for what is wrong, or will be, and say what to do',
  notes: ['Changes nothing. Exit code 1 when anything fails.'],
  options: { listen: { value: 'HOST:PORT', help: 'the address to look at' } },
  printsJson: true,
  run: async (call) => {
    const { diagnose } = await import('../../app/doctor/diagnose.ts');
    const findings = await diagnose(settingsOf(call));
    const hasFailed = findings.some(({ level }) => level === 'fail');
    if (isSet(call, 'json')) printJson(call.terminal, { isHealthy: !hasFailed, findings });
    else print(call.terminal, ...findings.flatMap(findingLines));
    return hasFailed ? EXIT.failed : EXIT.done;
  },
};

function findingLines({ subject, level, message, advice }: Finding): string[] {
  const line = printable(`${level.padEnd(4)}  ${subject}: ${message}`);
  return advice === undefined ? [line] : [line, printable(`      → ${advice}`)];
}
