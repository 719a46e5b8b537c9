import assert from 'node:assert/strict';
import { readPhotoFacts, type PhotoFacts } from '../../../ui/src/viewer/images/exif.ts';
import { exifBytes, withExif, type ExifTags } from '../../support/exif-bytes.ts';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);

describe('what a camera wrote into a picture', () => {
  const cases: [tags: ExifTags, want: PhotoFacts][] = [
    [{}, {}],
    [{ main: [[0x0110, 'EOS R5']] }, { camera: 'EOS R5' }],
    [
      {
        main: [
          [0x010f, 'Canon'],
          [0x0110, 'Canon EOS R5'],
        ],
      },
      { camera: 'Canon EOS R5' },
    ],
    [
      {
        main: [
          [0x010f, 'FUJIFILM'],
          [0x0110, 'X100V'],
          [0x0132, '2024:05:17 18:03:11'],
        ],
      },
      { camera: 'FUJIFILM X100V', takenAt: '2024:05:17 18:03:11' },
    ],
    [
      {
        photo: [
          [0x829a, [[1, 250]]],
          [0x829d, [[28, 10]]],
          [0x8827, 400],
          [0x9003, '2020:01:02 03:04:05'],
          [0x920a, [[50, 1]]],
          [0xa434, 'RF50mm F1.2'],
        ],
      },
      {
        takenAt: '2020:01:02 03:04:05',
        lens: 'RF50mm F1.2',
        exposureSeconds: 1 / 250,
        aperture: 2.8,
        iso: 400,
        focalLengthMm: 50,
      },
    ],
    [
      {
        place: [
          [1, 'S'],
          [2, degrees(33, 51, 36)],
          [3, 'E'],
          [4, degrees(151, 15, 0)],
        ],
      },
      { latitude: -33.86, longitude: 151.25 },
    ],
    [
      {
        place: [
          [1, 'N'],
          [2, degrees(56, 57, 0)],
        ],
      },
      {},
    ],
    [
      {
        place: [
          [1, 'N'],
          [2, degrees(91, 0, 0)],
          [3, 'E'],
          [4, degrees(1, 0, 0)],
        ],
      },
      {},
    ],
    [
      {
        photo: [
          [0x829a, [[1, 0]]],
          [0x829d, [[0, 1]]],
        ],
      },
      {},
    ],
  ];
  for (const [tags, want] of cases) {
    it(`reads ${JSON.stringify(want)}`, () => {
      assert.deepEqual(readPhotoFacts(withExif(JPEG, tags)), want);
      assert.deepEqual(readPhotoFacts(exifBytes(tags)), want);
    });
  }

  it('finds it in other formats, by their own marks', () => {
    const tags = exifBytes({ main: [[0x0110, 'A camera']] });
    const length = Buffer.alloc(4);
    length.writeUInt32LE(tags.length);
    for (const before of [
      Buffer.from('....ftypheic....Exif\0\0', 'latin1'),
      Buffer.from('eXIf'),
      Buffer.concat([Buffer.from('EXIF'), length]),
    ])
      assert.deepEqual(readPhotoFacts(Buffer.concat([before, tags])), { camera: 'A camera' });
  });

  it('reads nothing from what was cut off, makes no sense or leads elsewhere', () => {
    const whole = withExif(JPEG, cases[4]![0]);
    for (let length = 0; length < whole.length; length += 1) readPhotoFacts(whole.subarray(0, length));
    for (let at = 12; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0xff;
      readPhotoFacts(damaged);
    }
    assert.deepEqual(readPhotoFacts(Buffer.from('no picture at all')), {});
    assert.deepEqual(readPhotoFacts(Buffer.from('Exif\0\0but no tags')), {});
  });
});

function degrees(whole: number, minutes: number, seconds: number): [number, number][] {
  return [
    [whole, 1],
    [minutes, 1],
    [seconds, 1],
  ];
}
