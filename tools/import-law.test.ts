import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAY_IMPORT } from './import-law.ts'

/** Planted file → its text and the rules that it must break; none for code that the law allows. A cycle is told once. */
const PLANTS: Record<string, { text: string; breaks: readonly string[] }> = {
  'packages/core/src/index.ts': { text: 'export interface Core { a: 1 }', breaks: [] },
  'packages/executors/src/index.ts': { text: "export type { Core } from '@rota/core'", breaks: [] },
  'packages/protocol/src/index.ts': { text: 'export const schema = 1', breaks: [] },
  'packages/sdk/src/index.ts': { text: "import '@rota/protocol'\nexport const sdk = 1", breaks: [] },
  'packages/testkit/src/index.ts': { text: "export { engine } from '@rota/engine'", breaks: [] },

  'packages/core/src/up.ts': { text: "import type { Core } from '@rota/executors'", breaks: ['package-core'] },
  'packages/core/src/path.ts': { text: "import { join } from 'node:path'\njoin('a')", breaks: ['core-needs-nothing'] },
  'packages/core/src/lost.ts': { text: "import './nowhere.ts'", breaks: ['resolvable'] },
  'packages/core/src/cycle-a.ts': { text: "import './cycle-b.ts'", breaks: ['no-cycle'] },
  'packages/core/src/cycle-b.ts': { text: "import './cycle-a.ts'", breaks: [] },
  'packages/core/src/types-a.ts': {
    text: "import type { B } from './types-b.ts'\nexport interface A { b: B }",
    breaks: ['no-cycle'],
  },
  'packages/core/src/types-b.ts': { text: "export type B = import('./types-a.ts').A | 1", breaks: [] },
  'packages/core/src/free.test.ts': { text: "import '@rota/testkit'\nimport 'node:path'", breaks: [] },

  'packages/executors/src/deep.ts': {
    text: "import type { Core } from '../../core/src/index.ts'",
    breaks: ['packages-by-name'],
  },
  'packages/executors/src/kit.ts': { text: "import '@rota/testkit'", breaks: ['testkit-only-in-tests'] },
  'packages/executors/src/of-test.ts': {
    text: "import '../../core/src/free.test.ts'",
    breaks: ['nothing-imports-tests', 'packages-by-name'],
  },
  'packages/executors/src/tooling.ts': {
    text: "import '../../../tools/tool.ts'",
    breaks: ['packages-know-no-tooling'],
  },
  'packages/executors/src/shell.ts': { text: "import './hosts/local/host.ts'", breaks: ['executors-know-no-host'] },
  'packages/executors/src/executors.ts': { text: "import './hosts/local/host.ts'", breaks: [] },
  'packages/executors/src/hosts/local/host.ts': { text: 'export {}', breaks: [] },
  'packages/executors/src/hosts/ssh/host.ts': {
    text: "import '../local/host.ts'",
    breaks: ['executors-hosts-stay-apart'],
  },
  'tools/tool.ts': { text: 'export {}', breaks: [] },

  'packages/engine/src/index.ts': { text: "export const engine = 1\nawait import('./hot/memory/m.ts')", breaks: [] },
  'packages/engine/src/up.ts': { text: "import '@rota/server'", breaks: ['package-engine'] },
  'packages/engine/src/ports/store.ts': { text: "export type { Core } from '@rota/core'", breaks: [] },
  'packages/engine/src/ports/leak.ts': {
    text: "import type { Core } from '@rota/executors'\nimport type { Readable } from 'node:stream'",
    breaks: ['engine-ports', 'engine-ports'],
  },
  'packages/engine/src/use-cases/run-now.ts': { text: "import '../ports/store.ts'", breaks: [] },
  'packages/engine/src/use-cases/leak.ts': { text: "import '../duties/planner.ts'", breaks: ['engine-use-cases'] },
  'packages/engine/src/channels/local.ts': { text: "import '../ports/store.ts'", breaks: [] },
  'packages/engine/src/placement/leak.ts': { text: "import '../duties/planner.ts'", breaks: ['engine-ways'] },
  'packages/engine/src/duties/planner.ts': { text: "import '../use-cases/run-now.ts'", breaks: [] },
  'packages/engine/src/duties/leak.ts': {
    text: "import '../store/sqlite/open.ts'\nimport type { m } from '../hot/memory/m.ts'",
    breaks: ['engine-duties', 'engine-duties'],
  },
  'packages/engine/src/store/sqlite/open.ts': {
    text: "import 'node:sqlite'\nimport '../../ports/store.ts'",
    breaks: [],
  },
  'packages/engine/src/store/postgres/open.ts': {
    text: "import '../sqlite/open.ts'\nimport 'node:sqlite'",
    breaks: ['driver-sqlite', 'engine-adapters-stay-apart'],
  },
  'packages/engine/src/store/postgres/decide.ts': {
    text: "import '../../use-cases/run-now.ts'",
    breaks: ['engine-adapters'],
  },
  'packages/engine/src/hot/memory/m.ts': { text: 'export const m = 1', breaks: [] },
  'packages/engine/src/hot/memory/crossing.ts': {
    text: "import '../../store/sqlite/open.ts'",
    breaks: ['engine-adapters'],
  },
  'packages/engine/src/use-cases/query.ts': {
    text: "const open = () => import('node:sqlite')\nopen()",
    breaks: ['driver-sqlite'],
  },

  'node_modules/ioredis/package.json': { text: '{ "name": "ioredis", "main": "index.js" }', breaks: [] },
  'node_modules/ioredis/index.js': { text: 'export default 1', breaks: [] },
  'packages/engine/src/hot/redis/connect.ts': { text: "import redis from 'ioredis'\nredis", breaks: [] },
  'packages/engine/src/elsewhere.ts': { text: "import type redis from 'ioredis'", breaks: ['driver-redis'] },

  'node_modules/kysely/package.json': { text: '{ "name": "kysely", "main": "index.js" }', breaks: [] },
  'node_modules/kysely/index.js': { text: 'export default 1', breaks: [] },
  'packages/server/src/store/users.ts': { text: "import 'kysely'", breaks: [] },
  'packages/server/src/routes/query.ts': { text: "import 'kysely'", breaks: ['driver-kysely'] },

  'packages/server/src/index.ts': { text: "export { compose } from './compose.ts'", breaks: [] },
  'packages/server/src/compose.ts': {
    text: "import './routes/tasks.ts'\nimport './auth/login.ts'\nexport const compose = 1",
    breaks: [],
  },
  'packages/server/src/routes/tasks.ts': { text: "import '@rota/engine'", breaks: [] },
  'packages/server/src/routes/omniscient.ts': { text: "import '../compose.ts'", breaks: ['server-compose-knows-all'] },
  'packages/server/src/auth/login.ts': { text: "import '../config/schema.ts'", breaks: [] },
  'packages/server/src/auth/route.ts': { text: "import '../routes/tasks.ts'", breaks: ['server-routes-are-leaves'] },
  'packages/server/src/config/schema.ts': { text: 'export const schema = 1', breaks: [] },
  'packages/server/src/config/curious.ts': { text: "import '../auth/login.ts'", breaks: ['server-parts-stay-apart'] },

  'packages/cli/src/index.ts': {
    text: "import '@rota/sdk'\nimport type { compose } from '@rota/server'\nexport const start = () => import('@rota/server')",
    breaks: [],
  },
  'packages/cli/src/heavy.ts': { text: "import '@rota/server'", breaks: ['cli-loads-servers-lazily'] },
  'packages/cli/src/engine.ts': { text: "import '@rota/executors'", breaks: ['package-cli'] },
  'packages/web/src/main.tsx': { text: "import './app/router.ts'", breaks: [] },
  'packages/web/src/app/router.ts': { text: "const load = () => import('../pages/tasks/page.ts')\nload()", breaks: [] },
  'packages/web/src/pages/tasks/page.ts': {
    text: "import type { schema } from '@rota/protocol'\nimport '../../ribbon/ribbon.ts'\nimport './columns.ts'",
    breaks: [],
  },
  'packages/web/src/pages/tasks/columns.ts': { text: "import '../../ground/zone.ts'", breaks: [] },
  'packages/web/src/pages/tasks/heavy.ts': {
    text: "import { schema } from '@rota/protocol'\nschema",
    breaks: ['web-takes-types-of-protocol'],
  },
  'packages/web/src/pages/task/borrowed.ts': {
    text: "import type { } from '../tasks/columns.ts'\nimport '../../app/router.ts'",
    breaks: ['web-pages', 'web-pages-stay-apart'],
  },
  'packages/web/src/ribbon/ribbon.ts': { text: "import '../subjects/task/link.ts'", breaks: [] },
  'packages/web/src/ribbon/beside.ts': { text: "import '../palette/palette.ts'", breaks: ['web-ribbon'] },
  'packages/web/src/palette/palette.ts': { text: 'export {}', breaks: [] },
  'packages/web/src/subjects/task/link.ts': { text: "import '../../ui/panel.ts'", breaks: [] },
  'packages/web/src/ui/panel.ts': { text: "import '../ground/zone.ts'", breaks: [] },
  'packages/web/src/ui/badge.ts': { text: "import '../subjects/task/link.ts'", breaks: ['web-ui'] },
  'packages/web/src/ground/zone.ts': { text: "import '../format/instant.ts'", breaks: [] },
  'packages/web/src/ground/live.ts': { text: "import '../app/router.ts'", breaks: ['web-ground'] },
  'packages/web/src/format/instant.ts': { text: 'export {}', breaks: [] },
  'packages/web/src/helpers/more.ts': { text: "import '../ui/panel.ts'", breaks: ['web-rooms'] },
}

interface Report {
  summary: { violations: { from: string; rule: { name: string } }[] }
}

test('ARCHITECTURE.md shows the law as it is', async () => {
  const text = await readFile(join(import.meta.dirname, '../ARCHITECTURE.md'), 'utf8')
  const [, section = ''] = text.split('## Packages and the import law')
  const rows = [...section.split('##')[0]!.matchAll(/^\| `([\w-]+)` \|[^|]*\| ([^|]*) \|$/gm)]
  const shown = rows.map(([, name, may]) => [name, may!.replace(/ \(.*\)/, '').replace('nothing', '')])
  const law = Object.entries(MAY_IMPORT).map(([name, may]) => [name, may.join(', ')])
  expect(shown).toEqual(law)
})

describe('the import law', () => {
  const root = join(import.meta.dirname, '..')
  let tree: string
  const broken = new Map<string, string[]>()

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'rota-import-law-'))
    await plant(tree)
    const report = await cruise(root, tree)
    for (const { from, rule } of report.summary.violations) broken.set(from, [...(broken.get(from) ?? []), rule.name])
  }, 60_000)
  afterAll(() => rm(tree, { recursive: true }))

  for (const [path, { breaks }] of Object.entries(PLANTS)) {
    test(`${path} ${breaks.length === 0 ? 'is reported for nothing' : `breaks ${breaks.join(' and ')}`}`, () => {
      expect((broken.get(path) ?? []).sort()).toEqual(breaks)
    })
  }
})

async function plant(tree: string): Promise<void> {
  const packages = new Set(Object.keys(PLANTS).flatMap((path) => path.match(/^packages\/([^/]+)/)?.[1] ?? []))
  await mkdir(join(tree, 'node_modules/@rota'), { recursive: true })
  await writeFile(join(tree, 'package.json'), JSON.stringify({ private: true, workspaces: ['packages/*'] }))
  for (const name of packages) {
    await mkdir(join(tree, 'packages', name), { recursive: true })
    const manifest = { name: `@rota/${name}`, type: 'module', exports: './src/index.ts' }
    await writeFile(join(tree, 'packages', name, 'package.json'), JSON.stringify(manifest))
    await symlink(`../../packages/${name}`, join(tree, 'node_modules/@rota', name))
  }
  for (const [path, { text }] of Object.entries(PLANTS)) {
    await mkdir(dirname(join(tree, path)), { recursive: true })
    await writeFile(join(tree, path), text)
  }
}

async function cruise(root: string, tree: string): Promise<Report> {
  const depcruise = join(root, 'node_modules/.bin/depcruise')
  const options = ['--config', join(root, 'tools/import-law.ts'), '--output-type', 'json']
  const { stdout } = await promisify(execFile)(process.execPath, [depcruise, ...options, 'packages', 'tools'], {
    cwd: tree,
    maxBuffer: 64 * 2 ** 20,
  })
  return JSON.parse(stdout)
}
