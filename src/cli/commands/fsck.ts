import type { FsckReport } from '../../app/fsck-report.ts';
import { isSet, option, type Call, type Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { askAndWatch } from '../lasting.ts';
import { formatTable, printable, printJson } from '../output.ts';
import { print, type Terminal } from '../terminal.ts';

const DISK_OPTION = { disk: { value: 'NAME', help: 'look at this disk only' } };

export const fsckCommands: readonly Command[] = [
  {
    name: 'fsck',
    summary: 'compare the database with itself and with the disks, and mend what can be',
    options: {
      'dry-run': { help: 'change nothing, only say what would be done' },
      checksums: { help: 'read the content of every file as well, which takes long' },
      ...DISK_OPTION,
    },
    printsJson: true,
    notes: [
      'Works beside a running server. Mends what can be mended without a guess: sums, lists, keys, what hangs on nothing.',
      'A folder or file that has lost its place comes to "lost+found". Contents that belong to nothing are put aside on',
      'their disk, in "aside", for as long as trash is kept. What is damaged, or not understood, is named and left alone.',
      'Exit code 0 when all is well by then, 1 when something remains (with --dry-run: when anything is wrong) or a disk',
      'could not be looked at.',
    ],
    run: (call) => {
      const args = { isDry: isSet(call, 'dry-run'), what: 'all', readsContent: isSet(call, 'checksums') } as const;
      return examine(call, args);
    },
  },
  {
    name: 'scrub',
    summary: 'read the content of every file and name those that are not what was stored',
    options: DISK_OPTION,
    printsJson: true,
    notes: [
      'Changes nothing, and works beside a running server. Exit code 1 when anything is damaged, or a disk could not be',
      'looked at.',
    ],
    run: (call) => examine(call, { isDry: true, what: 'content', readsContent: true }),
  },
];

async function examine(
  call: Call,
  how: { isDry: boolean; what: 'all' | 'content'; readsContent: boolean },
): Promise<ExitCode> {
  const disk = option(call, 'disk');
  const report = await askAndWatch(call, 'fsck', { ...how, ...(disk !== undefined && { disk }) });
  if (isSet(call, 'json')) printJson(call.terminal, report);
  else tell(call.terminal, report, how.what);
  return report.isClean ? EXIT.done : EXIT.failed;
}

function tell(terminal: Terminal, report: FsckReport, what: 'all' | 'content'): void {
  const { findings, kinds, isComplete, notChecked, checked } = report;
  for (const finding of findings) print(terminal, ...findingLines(finding));
  if (!isComplete) print(terminal, '… and more; run it again to see the rest');
  if (kinds.length > 0) print(terminal, '', ...kindTable(kinds), '');
  for (const { disk, blobCount, why } of notChecked) {
    print(terminal, printable(`not checked: ${blobCount} contents on disk "${disk}", ${why}`));
  }
  const { rows, blobs, files } = checked;
  const verdict = kinds.length === 0 && notChecked.length === 0 ? 'all is well' : 'done';
  const seen =
    what === 'content'
      ? `read ${blobs} contents`
      : `looked at ${rows} rows, ${blobs} contents and ${files} files on disks`;
  print(terminal, `${verdict}: ${seen}`);
}

const STATES = { mended: 'mended', mendable: 'can be mended', remains: 'remains' };

function findingLines({ kind, problem, state, remedy, files = [], disk }: FsckReport['findings'][number]): string[] {
  const where = disk === undefined ? '' : ` on disk "${disk}"`;
  const done = remedy === undefined ? STATES[state] : `${STATES[state]}: ${remedy}`;
  const affected = files.map(({ owner, path, isVersion }) => {
    return `    ${path}${isVersion ? ', an old version' : ''}${owner === '' ? '' : ` of ${owner}`}`;
  });
  return [`${kind}${where}: ${problem} (${done})`, ...affected].map(printable);
}

function kindTable(kinds: FsckReport['kinds']): string[] {
  return formatTable(kinds, [
    { title: 'KIND', text: ({ kind }) => kind },
    { title: 'MENDED', isNumber: true, text: ({ mended }) => String(mended) },
    { title: 'CAN BE', isNumber: true, text: ({ mendable }) => String(mendable) },
    { title: 'REMAINS', isNumber: true, text: ({ remains }) => String(remains) },
  ]);
}
