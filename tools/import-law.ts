/**
 * The import law: which part may know which. Read by dependency-cruiser in `npm run check`; each rule's comment is what
 * the report prints, so that whoever breaks it learns the reason with the place. Type-only imports count.
 */
import type { IConfiguration, IRegularForbiddenRuleType } from 'dependency-cruiser'

/** Package → the packages that its source may import. ARCHITECTURE.md shows the same table; a test holds it to this one. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  protocol: ['core'],
  executors: ['core'],
  engine: ['core', 'executors'],
  server: ['engine', 'executors', 'protocol', 'core'],
  'node-side': ['protocol', 'core'],
  agent: ['executors', 'node-side', 'protocol', 'core'],
  sdk: ['node-side', 'protocol', 'core'],
  cli: ['sdk', 'protocol', 'core'],
  web: ['protocol'],
  testkit: ['core', 'protocol', 'executors', 'engine', 'server', 'node-side', 'agent', 'sdk', 'cli'],
}

/** Packages that the command loads only when one of its commands needs them: `await import('@rota/server')`. */
const LOADED_LAZILY_BY_CLI = ['server', 'engine', 'agent']

const TEST_FILE = '\\.test\\.tsx?$'
const NPM_PACKAGE = '(^|/)node_modules/'
const ENGINE = '^packages/engine/src'
const SERVER = '^packages/server/src'
const WEB = '^packages/web/src'

/** A path that lies in none of these packages, but in some package. */
const packagesOtherThan = (names: readonly string[]) => `^packages/(?!(${names.join('|')})/)`

const npmPackage = (...names: string[]) => `${NPM_PACKAGE}(${names.join('|')})/`

type Rule = IRegularForbiddenRuleType

const packageRules: Rule[] = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `package-${name}`,
  comment:
    allowed.length === 0
      ? `${name} is the pure domain: it imports no other package, so that everything else can rest on it.`
      : `${name} may import only ${allowed.join(', ')}. Move what it needs down, or pass it in from above.`,
  from: { path: `^packages/${name}/src/`, pathNot: TEST_FILE },
  to: { path: packagesOtherThan([name, ...allowed, ...(name === 'cli' ? LOADED_LAZILY_BY_CLI : []), 'testkit']) },
}))

const crossPackageRules: Rule[] = [
  {
    name: 'cli-loads-servers-lazily',
    comment: 'The command stays small and quick: the server is loaded by `await import(…)` where it is started.',
    from: { path: '^packages/cli/src/', pathNot: TEST_FILE },
    to: { path: `^packages/(${LOADED_LAZILY_BY_CLI.join('|')})/`, dynamic: false, dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'web-takes-types-of-protocol',
    comment:
      'The page takes the shapes of the protocol, not its validators: import type only, or the bundle grows by them.',
    from: { path: '^packages/web/src/', pathNot: TEST_FILE },
    to: { path: '^packages/protocol/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'testkit-only-in-tests',
    comment: 'Test machinery never reaches production: only tests, their testing/, bench/ and e2e/ import the testkit.',
    from: { path: '^(packages/(?!testkit/)|tools/|examples/)', pathNot: [TEST_FILE, '/testing/'] },
    to: { path: '^packages/testkit/' },
  },
  {
    name: 'packages-by-name',
    comment: 'Import another package by its name: its `exports` are its contract, its files are its own affair.',
    from: { path: '^packages/([^/]+)/src/' },
    to: { path: '^packages/(?!$1/)', dependencyTypesNot: ['aliased-workspace'] },
  },
  {
    name: 'nothing-imports-tests',
    comment: 'A test file is a leaf. Share what two tests need through the testkit.',
    from: {},
    to: { path: TEST_FILE },
  },
  {
    name: 'packages-know-no-tooling',
    comment: 'Packages are published; bench/, e2e/, tools/ and examples/ are not.',
    from: { path: '^packages/' },
    to: { path: '^(bench|e2e|tools|examples)/' },
  },
  {
    name: 'core-needs-nothing',
    comment: 'core runs anywhere, also in a browser: no npm package, no Node module.',
    from: { path: '^packages/core/src/', pathNot: TEST_FILE },
    to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown', 'core'] },
  },
]

const EXECUTORS = '^packages/executors/src'

const executorRules: Rule[] = [
  {
    name: 'executors-know-no-host',
    comment:
      'What runs a task says which program, as plain data; where it runs is a host of hosts/, which executors.ts chooses.',
    from: {
      path: `${EXECUTORS}/(?!hosts/)`,
      pathNot: [`${EXECUTORS}/(executors|index)\\.ts$`, TEST_FILE, '/testing/'],
    },
    to: { path: `${EXECUTORS}/hosts/` },
  },
  {
    name: 'executors-hosts-stay-apart',
    comment: 'One host never leans on another: each carries out a program in its own way.',
    from: { path: `${EXECUTORS}/hosts/([^/]+)/` },
    to: { path: `${EXECUTORS}/hosts/[^/]+/`, pathNot: `${EXECUTORS}/hosts/$1/` },
  },
]

const engineRules: Rule[] = [
  {
    name: 'engine-ports',
    comment:
      'A port is a contract in terms of core alone: no adapter, no executor, no library, no Node module shows in it.',
    from: { path: `${ENGINE}/ports/`, pathNot: TEST_FILE },
    to: { pathNot: [`${ENGINE}/ports/`, '^packages/core/'] },
  },
  {
    name: 'engine-use-cases',
    comment: 'Use-cases speak to ports, views and pure planning, so that every store and hot state serves them.',
    from: { path: `${ENGINE}/use-cases/`, pathNot: TEST_FILE },
    to: {
      path: ['^packages/', NPM_PACKAGE],
      pathNot: [
        `${ENGINE}/(api|use-cases|ports|views|planning)/`,
        `${ENGINE}/work\\.ts$`,
        '^packages/(core|executors)/',
      ],
    },
  },
  {
    name: 'engine-ways',
    comment: 'How and where attempts run is decided from ports alone, so that the same orders reach any machine.',
    from: { path: `${ENGINE}/(channels|placement)/`, pathNot: TEST_FILE },
    to: { path: `${ENGINE}/`, pathNot: [`${ENGINE}/(channels|placement|ports)/`] },
  },
  {
    name: 'engine-duties',
    comment: 'Duties know ports, planning and use-cases, never a store or hot state: the simulation runs them as well.',
    from: { path: `${ENGINE}/duties/`, pathNot: TEST_FILE },
    to: {
      path: [`${ENGINE}/`, NPM_PACKAGE],
      pathNot: [`${ENGINE}/(api|duties|use-cases|ports|planning)/`, `${ENGINE}/(work|time-heap)\\.ts$`],
    },
  },
  {
    name: 'engine-fleet',
    comment:
      'Who watches nodes knows ports and how a duty is repeated, no store, no hot state and nothing that runs work.',
    from: { path: `${ENGINE}/fleet/`, pathNot: TEST_FILE },
    to: {
      path: [`${ENGINE}/`, NPM_PACKAGE],
      pathNot: [`${ENGINE}/(api|fleet|ports)/`, `${ENGINE}/duties/(loop|pulse)\\.ts$`],
    },
  },
  {
    name: 'engine-adapters',
    comment:
      'store/ and hot/ implement ports; what decides belongs into core, a use-case or pure planning, which both stores ask. Only an open.ts joins adapters.',
    // ownership.ts names processes as whoever ends them does.
    from: {
      path: `${ENGINE}/(store|hot)/`,
      pathNot: [TEST_FILE, '/testing/', '/open\\.ts$', '/sqlite/ownership\\.ts$'],
    },
    to: {
      path: '^packages/',
      pathNot: [`${ENGINE}/($1|ports)/`, `${ENGINE}/planning/(run-prospect|answered)\\.ts$`, '^packages/core/'],
    },
  },
  {
    name: 'engine-adapters-stay-apart',
    comment: 'One adapter never leans on its sibling: each is loaded only when it is configured.',
    from: { path: `${ENGINE}/(store|hot)/([^/]+)/` },
    to: { path: `${ENGINE}/$1/[^/]+/`, pathNot: [`${ENGINE}/$1/$2/`, `${ENGINE}/store/(queries|memory)/`] },
  },
  ...driverRules({
    sqlite: { home: `${ENGINE}/store/sqlite/`, driver: '^(node:)?sqlite$' },
    postgres: { home: `${ENGINE}/store/postgres/`, driver: npmPackage('pg', 'pg-[^/]+', '@types/pg') },
    redis: { home: `${ENGINE}/hot/redis/`, driver: npmPackage('ioredis') },
    kysely: { home: '^packages/((engine|server)/src/store/|server/src/compose\\.ts$)', driver: npmPackage('kysely') },
  }),
]

/** A driver is known to its own adapter alone. */
function driverRules(drivers: Record<string, { home: string; driver: string }>): Rule[] {
  return Object.entries(drivers).map(([name, { home, driver }]) => ({
    name: `driver-${name}`,
    comment: `Only ${home.slice(1)} knows the ${name} driver; everyone else goes through a port.`,
    from: { path: '^packages/', pathNot: [home, TEST_FILE] },
    to: { path: driver },
  }))
}

const serverRules: Rule[] = [
  {
    name: 'server-compose-knows-all',
    comment:
      'compose.ts alone joins the parts. Only what starts the server imports it, so that no part can reach all others.',
    from: { path: `${SERVER}/`, pathNot: [`${SERVER}/(main|index)\\.ts$`, TEST_FILE] },
    to: { path: `${SERVER}/compose\\.ts$` },
  },
  {
    name: 'server-routes-are-leaves',
    comment: 'A route parses, calls a use-case and replies. Only compose.ts and the API documentation know the routes.',
    from: { path: `${SERVER}/(?!routes/)`, pathNot: [`${SERVER}/(compose|main|index)\\.ts$`, TEST_FILE] },
    to: { path: `${SERVER}/routes/` },
  },
  {
    name: 'server-parts-stay-apart',
    comment:
      'A part (a folder) knows itself, the contracts that lie directly in src/ and the shapes of config/, no other part: ' +
      'compose.ts hands it what it needs.',
    from: { path: `${SERVER}/(?!routes/)([^/]+)/`, pathNot: TEST_FILE },
    to: { path: `${SERVER}/[^/]+/`, pathNot: [`${SERVER}/$1/`, `${SERVER}/(config|routes)/`] },
  },
]

/** Rooms of the page, from the ground up: each may import those above it in this list, and itself. */
const WEB_FLOORS: readonly (readonly string[])[] = [
  ['i18n', 'theme'],
  ['api', 'format'],
  ['ground'],
  ['ui'],
  ['subjects'],
  ['code-editor', 'log-viewer', 'palette', 'ribbon', 'schedule-builder'],
  ['pages'],
  ['app'],
]

/** Why a room may not know what stands on it, beyond that it does. */
const WEB_REASONS: Readonly<Record<string, string>> = {
  ground: 'Everybody stands on ground/, so it knows nobody: no router, no part of a page.',
  ui: 'ui/ is for things of any kind. What a task or an execution looks like is a matter of subjects/.',
  subjects: 'subjects/ says what a task or an execution is on screen, for every page and part alike.',
  pages: 'A page knows what it is made of. app/ alone knows the pages.',
}

const webRules: Rule[] = [
  ...WEB_FLOORS.flatMap((rooms, floor) =>
    rooms.map(
      (room): Rule => ({
        name: `web-${room}`,
        comment: WEB_REASONS[room] ?? `${room}/ knows only the rooms below it: ${below(floor).join(', ') || 'none'}.`,
        from: { path: `${WEB}/${room}/`, pathNot: TEST_FILE },
        to: { path: `${WEB}/`, pathNot: `${WEB}/(${[room, ...below(floor)].join('|')})/` },
      }),
    ),
  ),
  {
    name: 'web-rooms',
    comment: 'Every folder of the page has its floor in tools/import-law.ts; only main.tsx stands beside them.',
    from: { path: `${WEB}/`, pathNot: [`${WEB}/(${WEB_FLOORS.flat().join('|')})/`, `${WEB}/main\\.tsx$`] },
    to: {},
  },
  {
    name: 'web-pages-stay-apart',
    comment: 'No page imports another: what two of them share belongs into subjects/, ui/ or a part of its own.',
    from: { path: `${WEB}/pages/([^/]+)/` },
    to: { path: `${WEB}/pages/`, pathNot: `${WEB}/pages/$1/` },
  },
]

function below(floor: number): string[] {
  return WEB_FLOORS.slice(0, floor).flat()
}

const generalRules: Rule[] = [
  {
    name: 'no-cycle',
    comment:
      'Two files that need each other are one concept or lack a third: split off what both need. Types count too.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'resolvable',
    comment: 'This import leads nowhere: a misspelt path, or a package that package.json does not list.',
    from: {},
    to: { couldNotResolve: true },
  },
]

const configuration: IConfiguration = {
  forbidden: [
    ...packageRules,
    ...crossPackageRules,
    ...executorRules,
    ...engineRules,
    ...serverRules,
    ...webRules,
    ...generalRules,
  ].map((rule) => ({
    ...rule,
    severity: 'error',
  })),
  options: {
    doNotFollow: { path: NPM_PACKAGE },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
    // What was made is no source: chunks of a build import each other as they like.
    exclude: { path: ['\\.generated\\.', '^packages/web/dist/'] },
  },
}

export default configuration
