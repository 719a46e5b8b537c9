import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { servedInterfaces } from '../../../dlna/interfaces.ts';
import { SSDP_PORT } from '../../../dlna/ssdp/messages.ts';
import { fail, ok, reasonOf, warn, type Finding } from '../finding.ts';

interface Wanted {
  readonly port: number;
  readonly chosen: readonly string[];
  readonly isServing: boolean;
}

/** Whether somebody else has the ports. */
export async function checkPorts({ port, chosen, isServing }: Wanted): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { name, address } of servedInterfaces(chosen, networkInterfaces())) {
    // A server that runs has it itself, and says where it could not have it.
    if (!isServing && port !== 0) findings.push(await checkTcp(name, { address, port }));
    const problem = await tryUdp(address);
    if (problem !== undefined && problem !== 'EADDRINUSE') findings.push(udpFault(name, problem));
    else if (problem !== undefined) findings.push(udpTaken(name));
  }
  return findings;
}

async function checkTcp(name: string, { address, port }: { address: string; port: number }): Promise<Finding> {
  const subject = `port on ${name}`;
  const problem = await tryTcp(address, port);
  if (problem === undefined) return ok(subject, `TCP ${address}:${port} is free`);
  const what = problem === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used (${problem})`;
  return fail(subject, `TCP ${address}:${port} ${what}`, 'stop that (`ss -ltnp` names it), or set another `dlna.port`');
}

function udpTaken(name: string): Finding {
  const advice = 'stop that program (`ss -lunp` names it), or have it share the port';
  return warn(`port on ${name}`, 'another program keeps UDP 1900 for itself: a few searches are not heard', advice);
}

function udpFault(name: string, problem: string): Finding {
  return warn(
    `port on ${name}`,
    `UDP 1900 cannot be used (${problem})`,
    'without it televisions do not find the server',
  );
}

async function tryTcp(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  return codeOf(
    (done, failed) => server.once('error', failed).listen({ host, port }, done),
    () => server.close(),
  );
}

/** Others that let it be shared are in nobody's way. */
async function tryUdp(address: string): Promise<string | undefined> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  return codeOf(
    (done, failed) => socket.once('error', failed).bind({ address, port: SSDP_PORT }, done),
    () => socket.close(),
  );
}

/** The error code of an attempt to listen; undefined when it works. */
async function codeOf(
  listen: (done: () => void, failed: (error: Error) => void) => void,
  close: () => void,
): Promise<string | undefined> {
  try {
    await new Promise<void>(listen);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
  } finally {
    close();
  }
}
