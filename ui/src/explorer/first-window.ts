import type { FolderWindow } from '../api/files.ts';
import { BY_NAME, lookOf } from './view-preferences.ts';

/** Entries of a folder that are asked for at a time. */
export const PAGE = 100;

/** What is asked for first of a folder. */
export function firstWindow(path: string): FolderWindow {
  const { sort, order } = lookOf(path) ?? BY_NAME;
  return { path, sort, order, offset: 0, limit: PAGE };
}
