import type { Finding } from '../../app/doctor/finding.ts';
import type { AdminResult } from '../../app/requests.ts';
import { isSet, type Call, type Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { formatTable, formatTime, printable, printJson } from '../output.ts';
import { settingsOf } from '../settings.ts';
import { print } from '../terminal.ts';

type TelevisionStatus = AdminResult<'televisionStatus'>;

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'look for what is wrong, or will be, and say what to do',
  notes: ['Changes nothing. Exit code 1 when anything fails.'],
  options: { listen: { value: 'HOST:PORT', help: 'the address to look at' } },
  printsJson: true,
  run: async (call) => {
    const { diagnose } = await import('../../app/doctor/diagnose.ts');
    return show(call, { findings: await diagnose(settingsOf(call)) });
  },
};

/** As many as fit on a screen beside the rest; `--json` has all that the server kept. */
const SHOWN_REQUESTS = 30;

export const doctorDlnaCommand: Command = {
  name: 'doctor dlna',
  summary: 'the same for films on televisions: networks, announcements, requests, films that sets refuse',
  notes: ['Changes nothing. Exit code 1 when anything fails.'],
  printsJson: true,
  run: async (call) => {
    const { diagnoseDlna } = await import('../../app/doctor/dlna/diagnose-dlna.ts');
    return show(call, await diagnoseDlna(settingsOf(call)));
  },
};

interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly status?: TelevisionStatus | undefined;
}

function show(call: Call, { findings, status }: Diagnosis): ExitCode {
  const { terminal } = call;
  const hasFailed = findings.some(({ level }) => level === 'fail');
  if (isSet(call, 'json')) printJson(terminal, { isHealthy: !hasFailed, findings, ...(status && { status }) });
  else print(terminal, ...findings.flatMap(findingLines), ...(status ? requestLines(status) : []));
  return hasFailed ? EXIT.failed : EXIT.done;
}

function requestLines({ televisions, requests }: TelevisionStatus): string[] {
  if (televisions.length === 0) return [];
  const seen = formatTable(televisions, [
    { title: 'TELEVISION', text: ({ address }) => address },
    { title: 'SEEN', text: ({ seenAt }) => formatTime(Date.parse(seenAt)) },
    { title: 'VIEWER', text: ({ viewer = '' }) => viewer },
    {
      title: 'CALLS ITSELF',
      text: ({ userAgent, lastRequest }) => userAgent || (lastRequest ? '' : 'only looked for it'),
    },
  ]);
  const last = formatTable(requests.slice(0, SHOWN_REQUESTS), [
    { title: 'AT', text: ({ at }) => formatTime(Date.parse(at)) },
    { title: 'FROM', text: ({ address }) => address },
    { title: 'STATUS', text: ({ status }) => String(status ?? '-') },
    { title: 'REQUEST', text: ({ what }) => what },
    { title: 'REMARKS', text: ({ remarks }) => remarks.join('; ') },
  ]);
  return ['', ...seen, ...(requests.length > 0 ? ['', ...last] : [])];
}

function findingLines({ subject, level, message, advice }: Finding): string[] {
  const line = printable(`${level.padEnd(4)}  ${subject}: ${message}`);
  return advice === undefined ? [line] : [line, printable(`      → ${advice}`)];
}
