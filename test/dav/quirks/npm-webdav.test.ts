import assert from 'node:assert/strict';
import { parsePropfind } from '../../../src/dav/bodies/propfind.ts';
import { ALLPROP_WITH_QUOTA, withAngleBrackets } from '../../../src/dav/quirks/npm-webdav.ts';

describe('npm webdav', () => {
  it('gets angle brackets around its lock token, once', () => {
    assert.equal(withAngleBrackets('urn:uuid:1'), '<urn:uuid:1>');
    assert.equal(withAngleBrackets('<urn:uuid:1>'), '<urn:uuid:1>');
  });

  it('asks for the quota by asking for everything', () => {
    const include = ['quota-available-bytes', 'quota-used-bytes'].map((name) => ({ namespace: 'DAV:', name }));
    assert.deepEqual(parsePropfind(ALLPROP_WITH_QUOTA), { kind: 'allprop', include });
  });
});
