/** Signs that the machine refuses: a port that is taken, a disk that is full, a file system that takes no writes. */
import { pathIn } from './path.ts';
import { firstNamed, phrases, says, type Sign, withNext } from './sign.ts';

const PORTS: readonly RegExp[] = [
  /(?:address|bind(?:ing)?|listen(?:ing)?)[^:\d]{0,60}(?:[\d.]{7,15}|\[[0-9a-f:]{2,45}\]|::|\*|localhost)?:(\d{1,5})\b/i,
  /[Pp]ort[: ]{1,2}["']?(\d{1,5})/,
  /(?:EADDRINUSE|in use)[^\d]{0,60}?(?:[\d.]{7,15}|:::?|\[?[0-9a-f:*]{2,45}\]?:)(\d{1,5})\b/i,
  /(?:[\d.]{7,15}|::|\*|\]|localhost):(\d{1,5})\b/,
  /\('[^']{0,60}', (\d{1,5})\)/,
  /[ :](\d{2,5}) (?:failed|is already)/,
];

const PORT: Sign = {
  cause: 'port-in-use',
  kind: 'taken',
  find(line, around) {
    if (
      !says(line, [
        ...[
          'eaddrinuse',
          'address already in use',
          'address in use',
          'port is already allocated',
          'errno 98',
          'os error 98',
          '(98: ',
          'only one usage of each socket address',
          'addrinuse',
          'already_in_use',
        ],
        ['port', 'already in use'],
        ['port', 'is in use'],
        ['bindexception', 'in use'],
        ['port', 'being used by another'],
        ['failed to bind to address', 'already'],
        ['already listening on', 'port'],
      ])
    )
      return null;
    return { subject: firstNamed(line.text, PORTS) || firstNamed(withNext(around, 1), PORTS) };
  },
};

const DISK: readonly Sign[] = [
  {
    cause: 'disk-full',
    kind: 'full',
    find: (line) =>
      says(line, [
        ...[
          'no space left on device',
          'enospc',
          'errno 28',
          'os error 28',
          '(28: ',
          'disk is full',
          'disk full',
          'database or disk is full',
          'not enough disk space',
          'insufficient disk space',
          'out of disk space',
        ],
        ...[
          'no space left',
          'there is not enough space on the disk',
          'not enough space on',
          'errcode: 28',
          'os errno 28',
          'low on disk space',
          'no usable space',
          'filesystem is full',
          'insufficient free space',
        ],
      ]) && !says(line, ['inotify', 'file watchers', 'max_user_watches'])
        ? { subject: pathIn(line.text) }
        : null,
  },
  {
    cause: 'disk-full',
    kind: 'quota',
    find: (line) =>
      says(line, ['disk quota exceeded', 'edquot', 'errno 122', 'os error 122', 'quota exceeded on disk'])
        ? { subject: pathIn(line.text) }
        : null,
  },
  phrases({ cause: 'disk-full', kind: 'inodes' }, [['no free inodes'], ['out of inodes'], ['inode', 'exhaust']]),
  phrases({ cause: 'disk-full', kind: 'watermark' }, [
    ...[
      'flood-stage watermark',
      'flood stage disk watermark',
      'read-only-allow-delete',
      'read_only_allow_delete',
      'disk free space alarm',
      'disk free limit',
      'disk resource limit alarm',
      'free disk space is insufficient',
    ],
    ...['misconf redis is configured to save', 'minio: storage reached its minimum free drive', 'xminiostoragefull'],
  ]),
];

/** Files that fill up are watched with inotify, whose limit is told as if the disk were full. */
const WATCHES: Sign = phrases({ cause: 'missing-configuration', kind: 'node-limit', atMost: 0.85 }, [
  'system limit for number of file watchers',
  'inotify_add_watch',
  'inotify watch limit',
  'too many open files',
  'vm.max_map_count',
  'max file descriptors [',
]);

const READ_ONLY: Sign = {
  cause: 'read-only-filesystem',
  kind: 'read-only',
  find: (line) =>
    says(line, [
      'read-only file system',
      'erofs',
      'readonly file system',
      'errno 30',
      'os error 30',
      '(30: ',
      'filesystem is read-only',
      'file system is read-only',
      'readonlyfilesystem',
      'read-only filesystem',
      'fs is read-only',
    ])
      ? { subject: pathIn(line.text) }
      : null,
};

export const MACHINE_SIGNS: readonly Sign[] = [PORT, WATCHES, READ_ONLY, ...DISK];
