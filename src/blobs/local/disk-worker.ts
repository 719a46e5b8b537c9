import { parentPort, workerData } from 'node:worker_threads';
import { DiskCommands } from './disk-commands.ts';
import { nodeThreadFiles, type ThreadFiles } from './files.ts';
import { failureOf, type Command, type Reply, type ThreadSetup } from './disk-thread.ts';

/** A thread of one disk: does what it is told, one command after the other, and may block on the disk as long as it takes. */
async function main(): Promise<void> {
  const commands = new DiskCommands(await threadFiles(workerData as ThreadSetup));
  parentPort?.on('message', (command: Command) => {
    parentPort?.postMessage(answer(commands, command));
  });
}

function answer(commands: DiskCommands, command: Command): Reply {
  try {
    return { result: commands.run(command) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}

/** Tests name a module whose `makeThreadFiles` gives file operations that fail when they are told to. */
async function threadFiles({ faults }: ThreadSetup): Promise<ThreadFiles> {
  if (faults === undefined) return nodeThreadFiles;
  const module = (await import(faults.module)) as { makeThreadFiles(argument: unknown): ThreadFiles };
  return module.makeThreadFiles(faults.argument);
}

await main();
