import { growth } from './growth.ts';
import { memory } from './memory.ts';
import { search } from './search.ts';
import type { Study } from './study.ts';

export const STUDIES: readonly Study[] = [growth, memory, search];
