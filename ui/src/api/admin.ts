import { answerOf, api } from './client.ts';
import type { Job } from './jobs.ts';
import type { Schemas } from './schemas.ts';

export type User = Schemas['User'];
export type NewUser = Schemas['NewUser'];
export type UserChanges = Schemas['UserChanges'];
export type Invitation = Schemas['Invitation'];
export type NewInvitation = Schemas['NewInvitation'];
export type Disk = Schemas['Disk'];
export type Television = Schemas['Television'];
export type Setting = Schemas['Settings']['items'][number];
export type Role = User['role'];
export type UserState = User['state'];

interface UserFilter {
  readonly search: string;
  readonly state: UserState | undefined;
  readonly cursor: string | undefined;
}

export function listUsers({ search, state, cursor }: UserFilter, signal: AbortSignal) {
  const query = { limit: 100, search, ...(state && { state }), ...(cursor !== undefined && { cursor }) };
  return answerOf(api.GET('/api/v1/users', { params: { query }, signal }));
}

export function createUser(body: NewUser): Promise<User> {
  return answerOf(api.POST('/api/v1/users', { body }));
}

export function changeUser(name: string, body: UserChanges): Promise<User> {
  return answerOf(api.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body }));
}

export function approveUser(name: string): Promise<User> {
  return answerOf(api.POST('/api/v1/users/{name}/approve', { params: { path: { name } } }));
}

export async function declineUser(name: string): Promise<void> {
  await answerOf(api.POST('/api/v1/users/{name}/decline', { params: { path: { name } } }));
}

/** What becomes of the files of somebody who is removed; undefined: only who owns nothing is. */
export type Disposal =
  { files: 'keep'; days: number } | { files: 'hand-over'; to: string; force: 'true' | 'false' } | { files: 'delete' };

/** Answers the job in which it goes, where that takes long. */
export async function removeUser(name: string, disposal: Disposal | undefined): Promise<Job | undefined> {
  const params = { path: { name }, ...(disposal && { query: disposal }) };
  const answer = await answerOf(api.DELETE('/api/v1/users/{name}', { params }));
  return typeof answer === 'object' && 'progress' in answer ? answer : undefined;
}

export async function endSecondFactorOf(name: string): Promise<void> {
  await answerOf(api.DELETE('/api/v1/users/{name}/second-factor', { params: { path: { name } } }));
}

export function listInvitations(cursor: string | undefined, signal: AbortSignal) {
  const query = { limit: 100, ...(cursor !== undefined && { cursor }) };
  return answerOf(api.GET('/api/v1/invitations', { params: { query }, signal }));
}

export function createInvitation(body: NewInvitation) {
  return answerOf(api.POST('/api/v1/invitations', { body }));
}

export async function revokeInvitation(id: number): Promise<void> {
  await answerOf(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } }));
}

export async function listDisks(): Promise<Disk[]> {
  return (await answerOf(api.GET('/api/v1/disks'))).items;
}

export function addDisk(body: { path: string; name?: string; reserveBytes?: number }): Promise<Disk> {
  return answerOf(api.POST('/api/v1/disks', { body }));
}

export async function removeDisk(name: string): Promise<void> {
  await answerOf(api.DELETE('/api/v1/disks/{name}', { params: { path: { name } } }));
}

export function getTelevision(): Promise<Television> {
  return answerOf(api.GET('/api/v1/television'));
}

export async function getSettings(): Promise<Setting[]> {
  return (await answerOf(api.GET('/api/v1/settings'))).items;
}

export async function changeSettings(
  body: Record<string, string | number | boolean | string[] | null>,
): Promise<Setting[]> {
  return (await answerOf(api.PATCH('/api/v1/settings', { body }))).items;
}
