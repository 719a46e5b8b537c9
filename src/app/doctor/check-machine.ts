import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fail, ok, warn, type Finding } from './finding.ts';

const MIN_NODE_MAJOR = 24;
const MIN_OPEN_FILES = 4096;
/** No clock that is right shows an earlier time. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

export function checkNode(version: string): Finding {
  const major = Number(version.split('.')[0]);
  if (major >= MIN_NODE_MAJOR) return ok('node', `version ${version}`);
  return fail('node', `version ${version} is too old`, `install Node ${MIN_NODE_MAJOR} or newer`);
}

export async function checkClock(nowMs: number): Promise<Finding> {
  const shown = new Date(nowMs).toISOString();
  if (nowMs < EARLIEST_MS || nowMs > LATEST_MS) {
    return fail(
      'clock',
      `it says ${shown}`,
      'set the clock of this machine; `timedatectl set-ntp true` keeps it right',
    );
  }
  const isSynchronised = await ntpState();
  if (isSynchronised === false) {
    return warn(
      'clock',
      `it says ${shown}; nothing keeps it right`,
      'turn on time synchronisation: `timedatectl set-ntp true`',
    );
  }
  return ok('clock', isSynchronised ? `it says ${shown}, kept right over the network` : `it says ${shown}`);
}

/** Undefined on a machine that cannot say. */
async function ntpState(): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    const { stdout } = await promisify(execFile)('timedatectl', ['show', '--property=NTPSynchronized'], {
      timeout: 3000,
    });
    const value = /^NTPSynchronized=(yes|no)$/m.exec(stdout)?.[1];
    return value === undefined ? undefined : value === 'yes';
  } catch {
    return undefined;
  }
}

/** `limit` is how many files this process may have open. */
export function checkOpenFiles(limit: number): Finding {
  if (limit === Infinity) return ok('open files', 'this system sets no limit');
  if (limit >= MIN_OPEN_FILES) return ok('open files', `up to ${limit}`);
  return warn(
    'open files',
    `only ${limit} at once; many clients need more`,
    'start the server with `ulimit -n 65536`, or LimitNOFILE=65536 in its systemd unit',
  );
}
