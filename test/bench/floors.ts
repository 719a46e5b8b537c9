import { createServer, connect } from 'node:net';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { settle } from './scratch-disk.ts';

const MEASURE_MS = 1000;
const MEGABYTE = 1024 * 1024;
const WRITE_BYTES = 256 * MEGABYTE;
const LOOPBACK_BYTES = 2048 * MEGABYTE;

/** What the machine itself gives, below which no server can be. */
export interface Floors {
  /** A write of 4 KiB with its fdatasync, one after the other. */
  readonly syncsPerSecond: number;
  /** Written to one file in pieces of 1 MiB, with one sync at the end. */
  readonly writeMBPerSecond: number;
  readonly copyMBPerSecond: number;
  /** From one Node socket to another in the same process. */
  readonly loopbackMBPerSecond: number;
}

export async function measureFloors(folder: string): Promise<Floors> {
  await settle(folder);
  return {
    syncsPerSecond: syncsPerSecond(join(folder, 'floor')),
    writeMBPerSecond: await writeSpeed(join(folder, 'floor')),
    copyMBPerSecond: copySpeed(),
    loopbackMBPerSecond: await loopbackSpeed(),
  };
}

function syncsPerSecond(file: string): number {
  const descriptor = openSync(file, 'w');
  const content = Buffer.alloc(4096, 'x');
  const startedAt = performance.now();
  let count = 0;
  for (; performance.now() - startedAt < MEASURE_MS; count++) {
    writeSync(descriptor, content);
    fdatasyncSync(descriptor);
  }
  closeSync(descriptor);
  unlinkSync(file);
  return (count / MEASURE_MS) * 1000;
}

async function writeSpeed(path: string): Promise<number> {
  await using file = await open(path, 'w');
  const piece = Buffer.alloc(MEGABYTE, 'x');
  const startedAt = performance.now();
  for (let left = WRITE_BYTES; left > 0; left -= piece.length) await file.write(piece);
  await file.sync();
  const speed = mbPerSecond(WRITE_BYTES, startedAt);
  unlinkSync(path);
  return speed;
}

function copySpeed(): number {
  const [from, to] = [Buffer.alloc(64 * MEGABYTE, 'x'), Buffer.alloc(64 * MEGABYTE, 'y')];
  const startedAt = performance.now();
  let copied = 0;
  for (; performance.now() - startedAt < MEASURE_MS; copied += from.length) from.copy(to);
  return mbPerSecond(copied, startedAt);
}

async function loopbackSpeed(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const received = Promise.withResolvers<void>();
  server.on('connection', (socket) => {
    let count = 0;
    socket.on('data', (chunk) => {
      count += chunk.length;
      if (count === LOOPBACK_BYTES) received.resolve();
    });
  });
  const client = connect(address.port, '127.0.0.1');
  await once(client, 'connect');
  const piece = Buffer.alloc(MEGABYTE, 'x');
  const startedAt = performance.now();
  for (let left = LOOPBACK_BYTES; left > 0; left -= piece.length) {
    if (!client.write(piece)) await once(client, 'drain');
  }
  await received.promise;
  const speed = mbPerSecond(LOOPBACK_BYTES, startedAt);
  client.destroy();
  server.close();
  return speed;
}

function mbPerSecond(bytes: number, startedAt: number): number {
  return bytes / 1e6 / ((performance.now() - startedAt) / 1000);
}
