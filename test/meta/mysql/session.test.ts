import assert from 'node:assert/strict';
import { factsOf } from '../../../src/meta/mysql/session.ts';

describe('what a MySQL server says about itself', () => {
  const cases: [flush: string, binaryLog: string, syncBinaryLog: string, isDurable: boolean][] = [
    ['1', 'OFF', '0', true],
    ['1', 'ON', '1', true],
    ['1', 'ON', '0', false],
    ['1', 'ON', '100', false],
    ['2', 'OFF', '1', false],
    ['0', 'ON', '1', false],
  ];
  for (const [flush, binaryLog, syncBinaryLog, isDurable] of cases) {
    it(`tells whether commits survive a power cut: ${flush}, log_bin ${binaryLog}, sync_binlog ${syncBinaryLog}`, () => {
      const variables = new Map([
        ['version', '10.11.6-MariaDB'],
        ['innodb_flush_log_at_trx_commit', flush],
        ['log_bin', binaryLog],
        ['sync_binlog', syncBinaryLog],
      ]);
      assert.equal(factsOf(variables).isDurable, isDurable);
    });
  }
});
