import { answerOf, api } from './client.ts';
import type { FileEntry } from './files.ts';
import type { Schemas } from './schemas.ts';

export type FileVersion = Schemas['FileVersion'];
export type FileLock = Schemas['FileLock'];
export type Activity = Schemas['Activity'];
export type EffectiveRules = Schemas['EffectiveRules'];

type One = Pick<FileEntry, 'id'>;

export async function listVersions({ id }: One): Promise<FileVersion[]> {
  return (await answerOf(api.GET('/api/v1/files/versions', { params: { query: { id } } }))).items;
}

export function versionAddress(file: One, version: FileVersion): string {
  return `/api/v1/files/versions/${version.id}/content?id=${file.id}&download=true`;
}

export function restoreVersion({ id }: One, version: FileVersion): Promise<FileEntry> {
  const params = { path: { id: version.id }, query: { id } };
  return answerOf(api.POST('/api/v1/files/versions/{id}/restore', { params }));
}

export async function deleteVersion({ id }: One, version: FileVersion): Promise<void> {
  await answerOf(api.DELETE('/api/v1/files/versions/{id}', { params: { path: { id: version.id }, query: { id } } }));
}

export async function listLocks({ id }: One): Promise<FileLock[]> {
  return (await answerOf(api.GET('/api/v1/files/locks', { params: { query: { id } } }))).items;
}

export async function breakLock({ id }: One, lock: FileLock): Promise<void> {
  await answerOf(api.DELETE('/api/v1/files/locks', { params: { query: { id, lock: lock.id } } }));
}

/** What happened to a file, or in a folder and below. */
export function listActivity({ path }: Pick<FileEntry, 'path'>, cursor: string | undefined, signal: AbortSignal) {
  const query = { below: path, limit: 20, ...(cursor !== undefined && { cursor }) };
  return answerOf(api.GET('/api/v1/activity', { params: { query }, signal }));
}

export function getRules({ id }: One): Promise<EffectiveRules> {
  return answerOf(api.GET('/api/v1/policies/effective', { params: { query: { id } } }));
}
