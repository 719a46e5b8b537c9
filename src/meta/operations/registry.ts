import type { OperationArgs, OperationName, OperationResult } from '../../core/ports/operations.ts';
import type { Transaction } from '../transaction.ts';
import { adoptTree } from './adoption.ts';
import { createAppPassword, deleteAppPassword, noteAppPasswordUse } from './app-passwords.ts';
import { collectBlobs, forgetBlobs } from './blobs.ts';
import { pruneChanges } from './change-log.ts';
import { createCollection } from './collections.ts';
import { abandonCopy, continueCopy, copyTree, finishCopy, startCopy } from './copy.ts';
import { addDisk, removeDisk, updateDisk } from './disks.ts';
import { putFile } from './files.ts';
import { createInvitation, noteLogin, revokeInvitation } from './invitations.ts';
import { noteClient } from './known-clients.ts';
import { breakLock, createLock, expireLocks, refreshLock, removeLock } from './locks.ts';
import { noteBookmark, recordMediaFacts, updateMediaLibrary } from './media-library.ts';
import { mend } from './mend.ts';
import { moveNode } from './move.ts';
import { condemnPack, openPack, relocateBlobs, removePack, sealPack } from './packs.ts';
import { clearPolicy, expireNode, setPolicy } from './policies.ts';
import { forgetPosition, notePosition } from './playback-positions.ts';
import { changeProperties } from './properties.ts';
import { purgeTree } from './purge.ts';
import { startRemoval, stopRemoval } from './removal.ts';
import { emptyHome, giveNodes, handOverHome, purgeOwned } from './removal-steps.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
  replaceRecoveryCodes,
  takeRecoveryCode,
  takeSecondFactorStep,
} from './second-factor.ts';
import {
  changePassword,
  createSession,
  endOtherSessions,
  endSession,
  expireSessions,
  logOutEverywhere,
  renewSession,
  touchSession,
} from './sessions.ts';
import {
  advanceResumableUpload,
  beginResumableUpload,
  finishResumableUpload,
  forgetResumableUpload,
  sizeResumableUpload,
} from './resumable-uploads.ts';
import { noteContentTypes } from './rule-check.ts';
import { dropSearchSegment, fillSearchSegment, openSearchSegment, passWriters, useSearchSegments } from './search.ts';
import { setSetting, setSettings } from './settings.ts';
import { createSpace } from './spaces.ts';
import { restoreTrash, trashNode } from './trash.ts';
import { extendUpload, giveUpUpload, releaseUpload, reserveUpload } from './uploads.ts';
import { createUser, removeUser, updateUser } from './users.ts';
import { dropVersions, restoreVersion } from './versions.ts';

type Operation<K extends OperationName> = (tx: Transaction, args: OperationArgs<K>) => Promise<OperationResult<K>>;

/** Every operation by its name, for whoever holds the writing connection. */
export const OPERATIONS: { readonly [K in OperationName]: Operation<K> } = {
  createUser,
  updateUser,
  removeUser,
  createInvitation,
  revokeInvitation,
  noteLogin,
  noteClient,
  startRemoval,
  stopRemoval,
  handOverHome,
  giveNodes,
  emptyHome,
  purgeOwned,
  createSpace,
  createCollection,
  putFile,
  moveNode,
  copyTree,
  startCopy,
  continueCopy,
  finishCopy,
  abandonCopy,
  changeProperties,
  adoptTree,
  trashNode,
  restoreTrash,
  purgeTree,
  restoreVersion,
  dropVersions,
  setPolicy,
  clearPolicy,
  expireNode,
  noteContentTypes,
  createLock,
  refreshLock,
  removeLock,
  breakLock,
  expireLocks,
  reserveUpload,
  extendUpload,
  giveUpUpload,
  releaseUpload,
  beginResumableUpload,
  sizeResumableUpload,
  advanceResumableUpload,
  finishResumableUpload,
  forgetResumableUpload,
  addDisk,
  removeDisk,
  updateDisk,
  openPack,
  sealPack,
  collectBlobs,
  forgetBlobs,
  relocateBlobs,
  condemnPack,
  removePack,
  createAppPassword,
  deleteAppPassword,
  noteAppPasswordUse,
  mend,
  pruneChanges,
  setSetting,
  setSettings,
  passWriters,
  openSearchSegment,
  fillSearchSegment,
  useSearchSegments,
  dropSearchSegment,
  createSession,
  renewSession,
  touchSession,
  endSession,
  endOtherSessions,
  logOutEverywhere,
  expireSessions,
  changePassword,
  beginSecondFactor,
  confirmSecondFactor,
  takeSecondFactorStep,
  takeRecoveryCode,
  replaceRecoveryCodes,
  removeSecondFactor,
  notePosition,
  forgetPosition,
  updateMediaLibrary,
  recordMediaFacts,
  noteBookmark,
};
