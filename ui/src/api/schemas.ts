import type { components } from '../../generated/api.d.ts';

/** What the API's document calls by a name: `Schemas['FileEntry']`. */
export type Schemas = components['schemas'];
