/** What the conditions of the request were judged on: a node with its etag, or nothing being there. */
export type Expected = { nodeId: number; etag: string } | 'absent';
