import type { AdminResult } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, type Call, type Command } from '../command.ts';
import { askAndWatch } from '../lasting.ts';
import { formatFields, printJson } from '../output.ts';
import { print } from '../terminal.ts';

export const searchCommands: readonly Command[] = [
  {
    name: 'search status',
    summary: 'show how much the index of names holds',
    printsJson: true,
    run: async (call) => show(call, await ask(call, 'searchStatus', {})),
  },
  {
    name: 'search rebuild',
    summary: 'build the index of names anew',
    printsJson: true,
    notes: [
      'Works beside a running server, which finds names by the old index until then. It is never needed for what is found;',
      'after very many files went for good it makes the index smaller.',
    ],
    run: async (call) => show(call, await askAndWatch(call, 'searchRebuild', {})),
  },
];

function show(call: Call, state: AdminResult<'searchStatus'>): void {
  if (isSet(call, 'json')) {
    printJson(call.terminal, state);
    return;
  }
  const { indexedCount, segmentCount, newCount, renamedCount, doneCount } = state;
  const fields: [string, string][] = [
    ['indexed', `${indexedCount} names`],
    ['segments', String(segmentCount)],
    ['new since', `${newCount} at most`],
    ['renamed since', String(renamedCount)],
  ];
  if (doneCount !== undefined) fields.push(['being indexed', `${doneCount} names so far`]);
  print(call.terminal, ...formatFields(fields));
}
