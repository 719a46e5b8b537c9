/**
 * What is compared within the metadata, in the order in which it is to be: what a later one adds up, an earlier one has
 * put right. Each is named for what it finds.
 */
export const CHECKS = [
  'space-without-root',
  'space-behind-its-changes',
  'root-without-space',
  'cycle',
  'lost-node',
  'node-key',
  'node-space',
  'node-owner',
  'collection-content',
  'file-members',
  'hidden-file',
  'blob-of-nobody',
  'dead-blob-in-use',
  'file-without-blob',
  'version-without-blob',
  'file-size',
  'version-size',
  'property-of-nothing',
  'lock-of-nothing',
  'policy-of-nothing',
  'share-of-nothing',
  'link-of-nothing',
  'version-of-nothing',
  'trash-of-nothing',
  'position-of-nothing',
  'bookmark-of-nothing',
  'library-row-of-nothing',
  'media-facts-of-nothing',
  'property-count',
  'trash-elsewhere',
  'trash-unlisted',
  'copy-unlisted',
  'job-of-nothing',
  'visit-of-nothing',
  'unwritten-without-lock',
  'lost-blob',
  'blob-without-copy',
  'copy-without-blob',
  'copy-nowhere',
  'copy-length',
  'pack-without-disk',
  'collection-totals',
  'user-reserved',
  'pack-totals',
  'disk-totals',
  'user-usage',
] as const;

export type CheckName = (typeof CHECKS)[number];

/** The sums of many rows, which are added up page by page (`tally`) before anybody looks at them at once. */
export type TalliedCheck = 'pack-totals' | 'disk-totals' | 'user-usage';

export type CheckKey = number | string;
