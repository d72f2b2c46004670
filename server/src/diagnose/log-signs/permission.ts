/** Signs that someone is known, and may not do what they asked for. */
import { pathIn } from './path.ts';
import { firstNamed, phrases, says, type Sign } from './sign.ts';

const ADDRESSES: readonly RegExp[] = [/:(\d{1,4})\b(?!\d)/, /port (\d{1,4})\b/i, /0\.0\.0\.0 (\d{1,4})\b/];

const BIND_WORDS = ['bind', 'listen eacces', 'listen tcp', 'bindexception', 'listening socket', 'could not bind'];
const DENIED = ['permission denied', 'eacces', 'access is denied'];

export const PERMISSION_SIGNS: readonly Sign[] = [
  {
    cause: 'permission-denied',
    kind: 'rbac',
    find(line) {
      if (!says(line, [['is forbidden', 'user "'], ['forbidden: user', 'cannot '], ['is forbidden: user']]))
        return null;
      return {
        subject: firstNamed(line.text, [
          /User "([^"]{1,300})"/,
          /User \\+"([^"\\]{1,300})/,
          /system:serviceaccount:([\w.:-]{1,200})/,
        ]),
      };
    },
  },
  {
    cause: 'permission-denied',
    kind: 'low-port',
    find(line) {
      if (!says(line, DENIED) || !says(line, BIND_WORDS)) return null;
      return { subject: firstNamed(line.text, ADDRESSES) };
    },
  },
  phrases(
    { cause: 'permission-denied', kind: 'database' },
    [
      ...[
        'permission denied for ',
        'must be owner of ',
        'permission denied to create',
        'must be superuser',
        'noperm',
        'not authorized on ',
        'is unauthorized for user',
        'ora-01031',
        'command denied to user',
        'topicauthorizationexception',
      ],
      ...[
        'groupauthorizationexception',
        'clusterauthorizationexception',
        'not authorized to access topics',
        'not authorized to access group',
        'topic authorization failed',
        'security_exception',
        'access to vhost',
      ],
      ...['transactionalidauthorization', 'you need (at least one of) the super', 'access denied; you need'],
      ['access denied for user', 'to database'],
      ['access_refused', 'refused for user'],
    ],
    [
      /permission denied for ((?:table|relation|schema|database|sequence|function) [\w."-]{1,100})/,
      /topics: \[([^\]]{1,200})\]/,
      /to database '([^']{1,100})'/,
      /(?:for|to) user '([^']{1,100})'/,
    ],
  ),
  phrases(
    { cause: 'permission-denied', kind: 'cloud' },
    [
      ...[
        'accessdenied',
        'access denied)',
        'is not authorized to perform',
        'permission_denied',
        'permissiondenied',
        'does not have storage.',
        'authorizationfailed',
        'authorizationpermissionmismatch',
        'insufficient_scope',
        'insufficientpermissions',
      ],
      ...[
        '403 forbidden',
        '403 client error',
        'status code 403',
        'status: 403',
        'status=403',
        'statuscode: 403',
        'http 403',
        'http/1.1 403',
        'error 403',
        'code 403',
        'code: 403',
        'indicate success: 403',
        'returned 403',
        'responded with 403',
        'failed: 403',
        'forbidden: 403',
      ],
      ...[
        'access forbidden',
        'unauthorizedoperation',
        'does not have permission',
        'caller does not have',
        'not authorized to ',
        'insufficient permission',
        'insufficient privileges',
        'access_denied',
      ],
      ['403', 'forbidden'],
      ['403', 'denied'],
    ],
    [
      /(?:to perform:?|action) ([\w]{1,60}:[\w*]{1,80})/,
      /bucket:? ["'`]?([\w./-]{1,150})/i,
      /(?:on resource:?) ["']?([\w:/.*-]{1,200})/,
      /for url: (\S{1,299}[^\s:,;.'")])/,
      /does not have ([\w.]{1,80}) access/,
      /(https?:\/\/[^\s"']{1,299}[^\s"':,;.)])/,
    ],
    ['accessdeniedexception: /', 'accessdeniedexception[/', 'status code: 401'],
  ),
  {
    // Vault and others print the status of the answer first, and its error some lines below.
    cause: 'permission-denied',
    kind: 'cloud',
    find(line, { lines, index }) {
      if (!says(line, ['permission denied', 'access denied', 'forbidden']) || pathIn(line.text) !== '') return null;
      const before = lines.slice(Math.max(0, index - 6), index);
      if (!before.some(({ low }) => /\b(?:code|status)\b.{0,12}\b403\b/.test(low.slice(0, 300)))) return null;
      return { subject: firstNamed(before.map(({ text }) => text).join(' '), [/(https?:\/\/[^\s"']{1,300})/]) };
    },
  },
  {
    cause: 'permission-denied',
    kind: 'file',
    find(line) {
      const denied = says(line, [
        ...DENIED,
        'errno 13',
        'os error 13',
        '(13: ',
        'operation not permitted',
        ' eperm',
        'eperm:',
        'accessdeniedexception',
        'access denied to',
        'not writable',
        'is not writable',
        'permissionerror',
        'cap_',
        'is denied.',
        'not permitted to',
        'has wrong ownership',
        'has invalid permissions',
      ]);
      const isQuiet = says(line, ['sched_setaffinity', 'ulimit', 'oom_score_adj', 'core file size']);
      if (!denied || isQuiet) return null;
      return { subject: pathIn(line.text) };
    },
    weight: -0.2,
  },
];
