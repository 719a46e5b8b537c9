import { statfsSync } from 'node:fs';

/**
 * Who can write to a file through what is open already: `nobody`, `somebody`, or `unknown` where the system does not
 * tell.
 */
export type Writers = 'nobody' | 'somebody' | 'unknown';

/** What is used of the experimental `node:ffi`, which Node has since 26.1. */
interface Ffi {
  dlopen(
    library: null,
    functions: Record<string, { arguments: string[]; return: string }>,
  ): { functions: Record<string, (...args: unknown[]) => unknown> };
  getInt32(pointer: unknown): number;
}

/** linux/fcntl.h; the same on every processor. */
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;
const EAGAIN = 11;
/**
 * linux/magic.h: ext, XFS, btrfs, bcachefs, F2FS, ZFS, tmpfs, overlay. Elsewhere (NFS, SMB, FUSE, …) others may write
 * behind this kernel's back.
 */
const WRITTEN_BY_KERNEL: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xca451a4e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630,
]);

let leases: ((fd: number) => Writers) | undefined;

/**
 * Asks the kernel for a read lease on a file, which it gives only while nobody has the file open for writing: no
 * process, in no container, also not through a mapping, a loop device or a file server (fcntl(2)). It is given back at
 * once. `fd` must be open for reading only. `unknown` without Linux or `node:ffi`, on a file system that others than this
 * kernel may write to, and where neither the file is this process's own nor the process root's.
 */
export function writersOf(fd: number): Writers {
  leases ??= leaseTaker();
  return leases(fd);
}

function leaseTaker(): (fd: number) => Writers {
  const ffi = process.platform === 'linux' ? loadFfi() : undefined;
  if (!ffi) return () => 'unknown';
  const { fcntl, __errno_location: errnoLocation } = ffi.dlopen(null, {
    fcntl: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
    __errno_location: { arguments: [], return: 'pointer' },
  }).functions;
  if (!fcntl || !errnoLocation) return () => 'unknown';
  // Sent to whoever holds a lease that another one's `open` breaks; unheard, it would end the process.
  process.on('SIGIO', () => undefined);
  return (fd) => {
    if (!WRITTEN_BY_KERNEL.has(statfsSync(`/proc/self/fd/${fd}`).type)) return 'unknown';
    if (fcntl(fd, F_SETLEASE, F_RDLCK) !== 0) return ffi.getInt32(errnoLocation()) === EAGAIN ? 'somebody' : 'unknown';
    fcntl(fd, F_SETLEASE, F_UNLCK);
    return 'nobody';
  };
}

/** Without the warning that it is experimental: where it is not there, files are copied. */
function loadFfi(): Ffi | undefined {
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:ffi') as unknown as Ffi | undefined;
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}
