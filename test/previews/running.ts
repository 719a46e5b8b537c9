import { readFile } from 'node:fs/promises';

/** Whether there is a process with this number that has not ended (Linux). */
export async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  return status !== '' && !/\) [ZX] /.test(status);
}
