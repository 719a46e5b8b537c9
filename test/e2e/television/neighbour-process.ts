// Stands on a network at the address that is given, hears what is told there by SSDP, and says what it reads as lines of
// JSON `{text, to?, from?}`: `text` as it is to everybody, or to one address. Prints what it hears as lines of JSON.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Heard, Said } from './neighbour.ts';

const GROUP = '239.255.255.250';
const PORT = 1900;
const [, , ownAddress = ''] = process.argv;

function print(what: Heard | { isReady: true }): void {
  console.log(JSON.stringify(what));
}

function listen(socket: Socket, isAnswer: boolean): void {
  socket.on('message', (bytes, { address, port }) => {
    print({ text: bytes.toString('latin1'), from: address, fromPort: port, isAnswer, at: socket.address().address });
  });
}

const ear = createSocket({ type: 'udp4', reuseAddr: true });
ear.bind(PORT, GROUP);
await once(ear, 'listening');
ear.addMembership(GROUP, ownAddress);
listen(ear, false);

/** A socket for each address that something is said from; answers come back to it. */
const mouths = new Map<string, Socket>();

async function mouthAt(address: string): Promise<Socket> {
  const known = mouths.get(address);
  if (known) return known;
  const mouth = createSocket('udp4');
  mouth.bind(0, address);
  await once(mouth, 'listening');
  mouth.setMulticastInterface(ownAddress);
  listen(mouth, true);
  mouths.set(address, mouth);
  return mouth;
}

print({ isReady: true });
for await (const line of createInterface({ input: process.stdin })) {
  const { text, to = GROUP, from = ownAddress } = JSON.parse(line) as Said;
  const mouth = await mouthAt(from);
  mouth.send(Buffer.from(text, 'latin1'), PORT, to);
}
process.exit();
