import * as z from 'zod';
import type { Actor } from '../../../core/actor.ts';
import type { ResumableUpload } from '../../../core/ports/resumable-uploads.ts';
import { reachNode } from '../../../core/reach.ts';
import { joinPath } from '../../../lib/node-path.ts';
import type { ApiServices } from '../../contract/services.ts';
import { plainPath } from '../files/entry.ts';
import { isComplete } from './request-store.ts';
import { expiresAtMs, UPLOADS_PATH } from './tus.ts';
import { parseMetadata } from './wishes.ts';

export const UPLOAD = z
  .object({
    id: z.string(),
    location: z.string().describe('Where tus goes on with it.'),
    state: z
      .enum(['receiving', 'complete', 'finished'])
      .describe('`complete`: all bytes are there, but the file could not be made of them: finish it in another way.'),
    path: z.string().optional().describe('Where the file is to be, or is; missing when its folder is gone.'),
    sizeBytes: z.number().int().optional().describe('Missing while the client has not said.'),
    receivedBytes: z.number().int().describe('What is safely stored.'),
    metadata: z.record(z.string(), z.string().nullable()).describe('As sent in `Upload-Metadata`.'),
    createdAt: z.iso.datetime(),
    touchedAt: z.iso.datetime().describe('When something came last.'),
    expiresAt: z.iso.datetime().optional().describe('When it ends by itself, unless something comes.'),
    fileId: z.number().int().optional().describe('Of the file that it became.'),
  })
  .meta({ id: 'Upload' });

export async function uploadView(
  upload: ResumableUpload,
  actor: Actor,
  services: ApiServices,
): Promise<z.output<typeof UPLOAD>> {
  const { uploadId: id, sizeBytes, offsetBytes, metadata, createdAtMs, touchedAtMs, finished } = upload;
  const path = await pathOf(upload, actor, services);
  return {
    id,
    location: `${UPLOADS_PATH}/${id}`,
    state: finished ? 'finished' : isComplete(upload) ? 'complete' : 'receiving',
    ...(path !== undefined && { path }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    receivedBytes: offsetBytes,
    metadata: { ...parseMetadata(metadata) },
    createdAt: new Date(createdAtMs).toISOString(),
    touchedAt: new Date(touchedAtMs).toISOString(),
    ...(finished ? { fileId: finished.nodeId } : { expiresAt: new Date(expiresAtMs(upload, services)).toISOString() }),
  };
}

async function pathOf(upload: ResumableUpload, actor: Actor, { core }: ApiServices): Promise<string | undefined> {
  if (upload.finished !== undefined) {
    const file = await reachNode(core, actor, upload.finished.nodeId);
    return file && plainPath(file.path);
  }
  const parent = await reachNode(core, actor, upload.parentId);
  return parent && plainPath(joinPath(parent.path, upload.name));
}
