/** What readiness hangs on. */
export interface HealthProbes {
  /** Rejects unless the database answers. */
  readonly ping: () => Promise<void>;
  readonly disks: () => readonly { readonly name: string; readonly state: 'up' | 'full' | 'down' }[];
}

export interface Health {
  readonly isReady: boolean;
  /** What is wrong, in words; a disk that is down is named even when others keep the server ready. */
  readonly problems: readonly string[];
}

const PING_TIMEOUT_MS = 2000;

/** Ready: the database answers in time and at least one disk is there. */
export async function checkHealth({ ping, disks }: HealthProbes, timeoutMs = PING_TIMEOUT_MS): Promise<Health> {
  const databaseProblem = await problemOf(ping, timeoutMs);
  const all = disks();
  const down = all.filter(({ state }) => state === 'down').map(({ name }) => `the disk "${name}" is down`);
  const hasDisk = all.length > down.length;
  return {
    isReady: databaseProblem === undefined && hasDisk,
    problems: [
      ...(databaseProblem === undefined ? [] : [databaseProblem]),
      ...(hasDisk ? [] : ['no disk is there']),
      ...down,
    ],
  };
}

async function problemOf(ping: () => Promise<void>, timeoutMs: number): Promise<string | undefined> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(late.resolve, timeoutMs, 'the database does not answer');
  const asked = ping().then(
    () => undefined,
    () => 'the database cannot be reached',
  );
  try {
    return await Promise.race([asked, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
