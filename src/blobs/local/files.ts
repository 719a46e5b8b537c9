import * as fs from 'node:fs';

/**
 * The file operations on which the safety of stored bytes rests, as an argument, so that tests can let the n-th one
 * fail. `Files` is what the main thread does, through libuv's pool; `ThreadFiles` is what a disk's own thread does.
 */
export interface Files {
  open(path: string, flags: number): Promise<number>;
  close(fd: number): Promise<void>;
  /** One read; answers how many bytes came. */
  read(fd: number, target: Uint8Array, position: number): Promise<number>;
  /** One write; answers how many bytes were taken, which on a full disk may be fewer, without an error. */
  write(fd: number, bytes: Uint8Array, position: number): Promise<number>;
  unlink(path: string): Promise<void>;
}

export interface ThreadFiles {
  open(path: string, flags: number): number;
  close(fd: number): void;
  write(fd: number, bytes: Uint8Array, position: number): number;
  truncate(fd: number, lengthBytes: number): void;
  sizeBytes(fd: number): number;
  syncData(fd: number): void;
  sync(fd: number): void;
  rename(from: string, to: string): void;
  makeFolder(path: string): void;
  unlink(path: string): void;
}

/** Nothing but the owner reads what is stored. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

/** A link in the place of a file is never followed. Windows has no such flag. */
const NO_FOLLOW = (fs.constants.O_NOFOLLOW as number | undefined) ?? 0;

export const READ = fs.constants.O_RDONLY | NO_FOLLOW;
export const READ_WRITE = fs.constants.O_RDWR | NO_FOLLOW;
export const CREATE = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL | NO_FOLLOW;
export const READ_FOLDER = fs.constants.O_RDONLY;

/**
 * Callbacks, not `fs.promises`: a `FileHandle` costs more than a small read. Never the synchronous calls, although they
 * read 4 KiB from the page cache 400,000 times a second where these do 110,000 (with 16 under way 160,000; 64 KiB:
 * 61,000 and 70,000): a disk that hangs would stop the whole server, and no request comes near those rates.
 */
export const nodeFiles: Files = {
  open: (path, flags) =>
    new Promise((resolve, reject) => {
      fs.open(path, flags, FILE_MODE, (error, fd) => {
        if (error) reject(error);
        else resolve(fd);
      });
    }),
  close: (fd) =>
    new Promise((resolve, reject) => {
      fs.close(fd, (error) => {
        if (error) reject(error);
        else resolve();
      });
    }),
  read: (fd, target, position) =>
    new Promise((resolve, reject) => {
      fs.read(fd, target, 0, target.length, position, (error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    }),
  write: (fd, bytes, position) =>
    new Promise((resolve, reject) => {
      fs.write(fd, bytes, 0, bytes.length, position, (error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    }),
  unlink: (path) => fs.promises.unlink(path),
};

export const nodeThreadFiles: ThreadFiles = {
  open: (path, flags) => fs.openSync(path, flags, FILE_MODE),
  close: (fd) => fs.closeSync(fd),
  write: (fd, bytes, position) => fs.writeSync(fd, bytes, 0, bytes.length, position),
  truncate: (fd, lengthBytes) => fs.ftruncateSync(fd, lengthBytes),
  sizeBytes: (fd) => fs.fstatSync(fd).size,
  syncData: (fd) => fs.fdatasyncSync(fd),
  sync: (fd) => fs.fsyncSync(fd),
  rename: (from, to) => fs.renameSync(from, to),
  makeFolder: (path) => {
    fs.mkdirSync(path, FOLDER_MODE);
  },
  unlink: (path) => fs.unlinkSync(path),
};

/** The `code` of a failed system call (`ENOSPC`, …), undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a system call would have thrown; for failures that come without one (a short write), or from a thread. */
export function systemError(code: string, syscall: string, message = `${code}: ${syscall}`): Error {
  return Object.assign(new Error(message), { code, syscall });
}
