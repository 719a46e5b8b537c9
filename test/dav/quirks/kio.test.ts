import assert from 'node:assert/strict';
import { withoutUserinfo } from '../../../src/dav/quirks/kio.ts';

describe('KIO', () => {
  for (const authority of ['nas:8080', 'user@nas:8080', 'user:password@nas:8080', 'us@er:p@ss@nas:8080']) {
    it(`means nas:8080 by ${authority}`, () => assert.equal(withoutUserinfo(authority), 'nas:8080'));
  }
});
