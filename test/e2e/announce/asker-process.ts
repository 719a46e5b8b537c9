// Asks once for WebDAV servers, as a program that knows no mDNS does: from a port of its own, out through the interface
// with the given address. Prints every address that it is told within a second, as JSON.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeMessage, encodeMessage, TYPE } from '../../../src/announce/dns-message.ts';

const socket = createSocket('udp4');
const addresses = new Set<string>();
socket.on('message', (bytes) => {
  const records = [...(decodeMessage(bytes)?.answers ?? []), ...(decodeMessage(bytes)?.additionals ?? [])];
  for (const { type, data } of records) if (type === TYPE.a) addresses.add([...data].join('.'));
});
socket.bind(0, process.argv[2]);
await once(socket, 'listening');
socket.setMulticastInterface(process.argv[2] ?? '');
const question = { name: ['_webdav', '_tcp', 'local'], type: TYPE.ptr, wantsUnicast: false };
socket.send(encodeMessage({ id: 7, questions: [question] }), 5353, '224.0.0.251');
await delay(1000);
console.log(JSON.stringify([...addresses]));
socket.close();
