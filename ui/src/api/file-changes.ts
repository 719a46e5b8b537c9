import { answerOf, api } from './client.ts';
import type { FileEntry } from './files.ts';
import type { Job } from './jobs.ts';
import type { Schemas } from './schemas.ts';

export type BulkReport = Schemas['BulkReport'];
export type BulkResult = BulkReport['results'][number];
type OnConflict = 'fail' | 'replace' | 'keep-both';

/** One thing that is to be done to one file or folder. */
export type Operation =
  | { readonly action: 'move' | 'copy'; readonly id: number; readonly to: string; readonly onConflict: OnConflict }
  | { readonly action: 'delete'; readonly id: number }
  | { readonly action: 'restore' | 'purge'; readonly trashId: number };

/** More than this many in one request are a job anyway. */
export const MAX_AT_ONCE = 100;
export const MAX_IN_JOB = 1000;

export function createFolder(path: string): Promise<FileEntry> {
  return answerOf(api.POST('/api/v1/files/folders', { body: { path, parents: false } }));
}

export function renameFile(id: number, name: string): Promise<FileEntry> {
  return answerOf(api.POST('/api/v1/files/rename', { body: { id, name, onConflict: 'fail' } }));
}

/** As many as `MAX_AT_ONCE`, done when it answers. */
export async function changeNow(operations: readonly Operation[]): Promise<BulkReport> {
  const body = { operations: [...operations], background: false };
  return (await answerOf(api.POST('/api/v1/files/bulk', { body }))) as BulkReport;
}

/** As many as `MAX_IN_JOB`, done by a job whose result is the report. */
export async function changeInJob(operations: readonly Operation[]): Promise<Job> {
  const body = { operations: [...operations], background: true };
  return (await answerOf(api.POST('/api/v1/files/bulk', { body }))) as Job;
}
