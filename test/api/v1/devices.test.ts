import assert from 'node:assert/strict';
import { deviceOf } from '../../../src/api/v1/devices.ts';

describe('a device in words', () => {
  const cases: [device: string, userAgent: string][] = [
    ['Firefox on Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    ['Firefox on Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
    [
      'Edge on Windows',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
    ],
    [
      'Chrome on Android',
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
    ],
    [
      'Safari on iPhone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
    ],
    [
      'Safari on macOS',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    ],
    ['curl', 'curl/7.88.1'],
    ['rclone', 'rclone/v1.60.1'],
    ['an unknown program', ''],
    ['an unknown program', 'Thing/1'],
  ];
  for (const [device, userAgent] of cases) {
    it(`is ${device} for ${userAgent === '' ? 'nothing' : userAgent.slice(0, 60)}`, () => {
      assert.equal(deviceOf(userAgent), device);
    });
  }
});
