import { resolve } from 'node:path';
import { formatBytes } from '../../config/units.ts';
import type { DiskView } from '../../app/requests.ts';
import { ask } from '../admin.ts';
import { isSet, operand, option, type Call, type Command } from '../command.ts';
import { formatFields, formatTable, printJson, type Column } from '../output.ts';
import { note, print } from '../terminal.ts';
import { readBytes } from '../values.ts';

const COLUMNS: readonly Column<DiskView>[] = [
  { title: 'NAME', text: ({ name }) => name },
  { title: 'STATE', text: ({ state }) => state },
  { title: 'FREE', isNumber: true, text: ({ freeBytes }) => formatBytes(freeBytes) },
  { title: 'SIZE', isNumber: true, text: ({ totalBytes }) => formatBytes(totalBytes) },
  { title: 'RESERVE', isNumber: true, text: ({ reserveBytes }) => formatBytes(reserveBytes) },
  { title: 'BLOBS', isNumber: true, text: ({ blobCount }) => String(blobCount) },
  { title: 'STORED', isNumber: true, text: ({ blobBytes }) => formatBytes(blobBytes) },
  { title: 'PATH', text: ({ path }) => path },
  { title: '', text: ({ problem }) => problem ?? '' },
];

export const diskCommands: readonly Command[] = [
  {
    name: 'disk add',
    summary: 'make an empty folder a disk, or say where a known one is now',
    operands: ['DIR'],
    options: {
      name: { value: 'NAME', help: 'what to call it; disk1, disk2, … without it' },
      reserve: { value: 'SIZE', help: 'free space to leave to others, such as 1GB' },
    },
    printsJson: true,
    run: addDisk,
  },
  {
    name: 'disk list',
    summary: 'list the disks and how they are',
    printsJson: true,
    run: async (call) => {
      const disks = await ask(call, 'diskList', {});
      if (isSet(call, 'json')) printJson(call.terminal, disks);
      else if (disks.length === 0) note(call.terminal, 'there is no disk yet; `nosocial disk add DIR` adds one');
      else print(call.terminal, ...formatTable(disks, COLUMNS));
    },
  },
  {
    name: 'disk show',
    summary: 'show one disk',
    operands: ['NAME'],
    printsJson: true,
    run: async (call) => {
      showDisk(call, await ask(call, 'diskShow', { name: operand(call, 0) }));
    },
  },
  {
    name: 'disk remove',
    summary: 'forget a disk that holds nothing; its folder stays',
    operands: ['NAME'],
    printsJson: true,
    run: async (call) => {
      const disk = await ask(call, 'diskRemove', { name: operand(call, 0) });
      if (isSet(call, 'json')) printJson(call.terminal, disk);
      else note(call.terminal, `${disk.name} is forgotten; its folder ${disk.path} stays as it is`);
    },
  },
];

async function addDisk(call: Call): Promise<void> {
  const name = option(call, 'name');
  const reserve = option(call, 'reserve');
  const disk = await ask(call, 'diskAdd', {
    path: resolve(operand(call, 0)),
    ...(name !== undefined && { name }),
    ...(reserve !== undefined && { reserveBytes: readBytes(reserve) }),
  });
  if (isSet(call, 'json')) printJson(call.terminal, disk);
  else note(call.terminal, `${disk.name} at ${disk.path} is in use, with ${formatBytes(disk.freeBytes)} free`);
}

function showDisk(call: Call, disk: DiskView): void {
  if (isSet(call, 'json')) {
    printJson(call.terminal, disk);
    return;
  }
  print(
    call.terminal,
    ...formatFields([
      ['name', disk.name],
      ['path', disk.path],
      ['state', disk.problem === undefined ? disk.state : `${disk.state}: ${disk.problem}`],
      ['free', `${formatBytes(disk.freeBytes)} of ${formatBytes(disk.totalBytes)}`],
      ['reserve', formatBytes(disk.reserveBytes)],
      ['in uploads', formatBytes(disk.promisedBytes)],
      ['stored', `${disk.blobCount} blobs, ${formatBytes(disk.blobBytes)}`],
    ]),
  );
}
