import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DEFAULT_KILL_GRACE_SECONDS } from '@rota/core'
import { checkConfig, loadConfig } from '@rota/server'
import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { CONFIG_FIELDS } from '../packages/server/src/config/schema-fields.ts'
import { Metrics } from '../packages/server/src/metrics/metrics.ts'
import { operationRoutes } from '../packages/server/src/routes/operations.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
// biome-ignore lint/suspicious/noExplicitAny: what the files hold is what is tested.
const documents = (path: string): any[] =>
  parseAllDocuments(read(path), { merge: true }).map((document) => document.toJS())
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([all, part]) => part ?? all)
const unique = (values: readonly string[]) => [...new Set(values)].sort()

const files = globSync('deploy/**', { cwd: root }).filter((path) => statSync(join(root, path)).isFile())
const guide = read('docs/deployment.md')
const everything = [...files.map(read), guide].join('\n')
const dockerfile = read('deploy/Dockerfile')
const compose = documents('deploy/compose.yaml')[0]
const pod = documents('deploy/kubernetes/statefulset.yaml')[0].spec.template.spec
const podConfig: string = documents('deploy/kubernetes/configmap.yaml')[0].data['rota.yaml']
const { config } = loadConfig({}, {}, join(root, 'deploy'))

test('the image has the Node that package.json pins', () => {
  const { node } = JSON.parse(read('package.json')).devDependencies
  expect(matches(dockerfile, /^ARG NODE_VERSION=(.*)$/gm)).toEqual([node])
  expect(matches(dockerfile, /^FROM (node\S*)/gm).every((image) => image === `node:\${NODE_VERSION}-slim`)).toBe(true)
})

test('all YAML and JSON can be read', () => {
  for (const path of files.filter((path) => path.endsWith('.json'))) JSON.parse(read(path))
  const parsed = files.filter((path) => /\.ya?ml$/.test(path)).flatMap((path) => parseAllDocuments(read(path)))
  expect(parsed.flatMap(({ errors, warnings }) => [...errors, ...warnings].map(String))).toEqual([])
})

test('every variable that begins with ROTA_ is one that the server reads', () => {
  const settings = CONFIG_FIELDS.map((field) => field.variable)
  // Some are no settings; the configuration lists them by name.
  const others = matches(read('packages/server/src/config/environment.ts'), /'(ROTA_[A-Z_]*[A-Z])'/g)
  const used = unique(matches(everything, /\bROTA_\w+/g))
  expect(used).toContain('ROTA_DATABASE_URL')
  expect(used.filter((name) => ![...settings, ...others].includes(name))).toEqual([])
})

test('the configuration of the pods is valid, and every setting that is named exists', () => {
  const env = { ROTA_DATABASE_URL: 'postgres://rota@db/rota' }
  expect(checkConfig(podConfig, env)).toEqual({ problems: [], warnings: [] })
  const settings = CONFIG_FIELDS.map((field) => field.path.join('.'))
  const sections = unique(settings.filter((path) => path.includes('.')).map((path) => path.split('.')[0]!))
  const named = matches(everything, new RegExp(`(?<![\\w./-])(?:${sections.join('|')})\\.(?!md|example)[a-z_]+`, 'g'))
  expect(unique(named).filter((path) => !settings.includes(path))).toEqual([])
})

test('alerts and dashboard ask for metrics that the server exposes, and for the job that is scraped', async () => {
  const hot = { kind: 'memory', location: '', trouble: null, reconnects: 0, failures: 0, dropped: 0 } as const
  const gauges = { pending: 0, running: 0, oldestWaitingMs: null, tasks: 0, isDegraded: false, streams: 0 }
  const byState = { ready: 0, degraded: 0, draining: 0, offline: 0 }
  const nodes = { byState, emptyPools: 0, connections: 0, isRecovering: false }
  const text = await new Metrics(async () => ({ ...gauges, hot, nodes, eventLoopDelayMs: null }), '1').text()
  const exposed = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
    type === 'histogram' ? ['bucket', 'sum', 'count'].map((suffix) => `${name}_${suffix}`) : [name!],
  )
  const expressions = ['prometheus/alerts.yaml', 'grafana/rota.json'].flatMap((path) =>
    expressionsIn(documents(`deploy/${path}`)),
  )
  expect(expressions.length).toBeGreaterThan(30)
  const asked = unique(expressions.flatMap(metricsOf))
  expect(asked.filter((name) => name !== 'up' && !exposed.includes(name))).toEqual([])
  const [{ scrape_configs }] = documents('deploy/prometheus/scrape.yaml')
  const jobs = unique(matches(read('deploy/prometheus/alerts.yaml'), /job="(\w+)"/g))
  expect(scrape_configs.map((one: { job_name: string }) => one.job_name)).toEqual(jobs)
})

test('every port of Rota is the one that it listens on by default', () => {
  const ports =
    /\bROTA_PORT=(\d+)|EXPOSE (\d+)|containerPort: (\d+)|127\.0\.0\.1:\d+:(\d+)|\brota-\d:(\d+)|port: (?!80\b)(\d+)/g
  const named = [...everything.matchAll(ports)].map((match) => match.slice(1).find((port) => port !== undefined))
  expect(named.length).toBeGreaterThan(8)
  expect(unique(named as string[])).toEqual([String(config.port)])
})

test('every path that is probed or scraped is a route', () => {
  const probed = matches(everything, /(?:[{ ]path: |health_uri |metrics_path: |_PORT\}|`)(\/\w+)(?![\w/.])/g)
  expect(probed).toEqual(expect.arrayContaining(['/health', '/metrics', '/ready']))
  const routes = operationRoutes(false).map((route) => route.url)
  expect(probed.filter((path) => !routes.includes(path))).toEqual([])
})

test('what the image copies is there, and not ignored', () => {
  const lines = matches(dockerfile, /^COPY (.*)$/gm).map((line) => line.split(' '))
  const stages = matches(dockerfile, /^FROM \S+ AS (\w+)$/gm)
  const from = lines.flatMap((words) => matches(words[0]!, /^--from=(\w+)$/g))
  expect(from.filter((stage) => !stages.includes(stage))).toEqual([])
  const sources = lines
    .filter((words) => !words[0]!.startsWith('--from='))
    .flatMap((words) => words.filter((word) => !word.startsWith('--')).slice(0, -1))
  // The file begins by leaving out everything.
  const kept = matches(read('deploy/Dockerfile.dockerignore'), /^!(.*)$/gm)
  expect([...kept, ...sources].filter((path) => !existsSync(join(root, path)))).toEqual([])
  expect(sources.filter((path) => path !== '.' && !kept.includes(path))).toEqual([])
})

test('the guide names only files, profiles and variables of compose that there are', () => {
  const paths = matches(guide, /(?<![\w/])(?:deploy|docs|tools|packages)\/[\w./-]*\w/g)
  const links = matches(guide, /\]\(([\w./-]+)(?:#[\w-]+)?\)/g).map((path) => join('docs', path))
  expect(paths.length).toBeGreaterThan(10)
  // The one file that everybody writes for themselves.
  const missing = [...paths, ...links].filter((path) => path !== 'deploy/.env' && !existsSync(join(root, path)))
  expect(unique(missing)).toEqual([])
  const profiles = Object.values<{ profiles: string[] }>(compose.services).flatMap((service) => service.profiles)
  expect(unique(matches(everything, /--profile (\w+)/g))).toEqual(unique(profiles))
  const used = matches(read('deploy/compose.yaml'), /\$\{(\w+):-/g)
  expect(unique(used).filter((name) => !guide.includes(`\`${name}\``))).toEqual([])
})

test('whoever kills a server waits longer than its tasks may take to end', () => {
  const { shutdown_grace_seconds: shutdown } = config.executions
  // Pods have a configuration of their own, and are told only after the time of preStop.
  const podDelay = Number(pod.containers[0].lifecycle.preStop.exec.command[1])
  const podShutdown = Number(matches(podConfig, /shutdown_grace_seconds: (\d+)/g)[0] ?? shutdown)
  const services = Object.entries<{ stop_grace_period?: string }>(compose.services)
  const instances = services.filter(([name]) => name.startsWith('rota'))
  expect(instances.map(([name]) => name)).toEqual(['rota', 'rota-1', 'rota-2', 'rota-3'])
  const waits = {
    systemd: matches(read('deploy/systemd/rota.service'), /^TimeoutStopSec=(\d+)$/gm)[0],
    kubernetes: pod.terminationGracePeriodSeconds - podDelay - (podShutdown - shutdown),
    container: matches(guide, /--stop-timeout (\d+)/g)[0],
    ...Object.fromEntries(instances.map(([name, service]) => [name, service.stop_grace_period?.replace(/s$/, '')])),
  }
  expect(
    Object.entries(waits).filter(([, seconds]) => !(Number(seconds) > shutdown + DEFAULT_KILL_GRACE_SECONDS)),
  ).toEqual([])
})

/** Every `expr`, however deep. */
function expressionsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'expr' && typeof inner === 'string' ? [inner] : expressionsIn(inner),
  )
}

/** The names in a query that are neither labels, functions nor words of the language. */
function metricsOf(expression: string): string[] {
  const bare = expression.replace(/\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring)\s*\([^)]*\)|"[^"]*"/g, ' ')
  return matches(bare, /\b[a-zA-Z_:][\w:]*\b(?!\s*\()/g).filter((name) => !/^(and|or|unless|bool)$/.test(name))
}
