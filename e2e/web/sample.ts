import { readdirSync } from 'node:fs'
import { eventually, type ServerProcess } from '@rota/testkit/cluster'

interface Page {
  name: string
  path: string
}

/** A kind of thing that has pages of its own, a file of `samples/` each: some of them to look at, and where. */
export interface ThingSample {
  fill(server: ServerProcess): Promise<void>
  /** Those with an id in their address ask the server for it. */
  pages: readonly Page[] | ((server: ServerProcess) => Promise<readonly Page[]>)
}

interface Sample {
  name: string
  group: string
  command: string
  schedule: object
  more?: object
}

const every = (minutes: number) => ({ type: 'interval', every: minutes, unit: 'minutes' })

/** What a small operations team might have: backups, reports, probes; some fail, some overlap, some talk much. */
const SAMPLES: readonly Sample[] = [
  {
    name: 'Nightly database backup',
    group: 'backup/db',
    command: 'echo "dumping 14 tables"; sleep 1; echo "wrote 312 MiB"',
    schedule: { type: 'daily', times: ['02:00', '14:00'] },
    more: {
      timezone: 'Asia/Shanghai',
      tags: ['db', 'critical'],
      description: 'Dump, compress, copy to the other site.',
    },
  },
  {
    name: '每日报表汇总',
    group: 'reports/daily',
    command: 'for i in 1 2 3; do echo "第 $i 部分完成"; done',
    schedule: { type: 'cron', expression: '30 9 * * 1-5' },
    more: { timezone: 'Asia/Shanghai', tags: ['报表'], description: '汇总各区域的销售数据。' },
  },
  {
    name: 'Price sync',
    group: 'sync',
    command: 'echo "connecting to prices.internal"; echo "ERROR timeout after 30 s" >&2; exit 3',
    schedule: every(15),
    more: { retry: { max_attempts: 3, delay_seconds: 1, backoff: 'fixed' }, tags: ['critical'] },
  },
  {
    name: 'Index rebuild',
    group: 'search',
    command: 'sleep 25; echo rebuilt',
    schedule: every(10),
    more: { concurrency: { max: 1, overlap: 'skip' } },
  },
  {
    name: 'Stock poll',
    group: 'sync',
    command: 'sleep 12; echo "48 changes"',
    schedule: { type: 'interval', every: 5, unit: 'seconds' },
    more: {
      concurrency: { max: 1, overlap: 'skip' },
      description: 'Takes longer than its interval: others are skipped.',
    },
  },
  {
    name: 'Quarterly archive',
    group: 'reports',
    command: 'echo archived',
    schedule: { type: 'monthly', days: ['last'], times: ['23:30'] },
    more: { timezone: 'Europe/Berlin', enabled: false },
  },
  {
    name: 'Import of orders',
    group: 'sync',
    command: String.raw`i=0; while [ $i -lt 400 ]; do i=$((i+1)); printf '\033[32mINFO\033[0m  order %d \033[1mok\033[0m\n' $i; [ $((i % 50)) -eq 0 ] && echo "slow order $i" >&2; sleep 0.05; done; echo '::result::{"orders":400}'`,
    schedule: { type: 'none' },
  },
  {
    name: 'Heartbeat',
    group: 'monitoring/eu',
    command: 'echo ok',
    schedule: { type: 'interval', every: 5, unit: 'seconds' },
  },
  ...['eu', 'us', 'ap'].flatMap((region) =>
    Array.from({ length: 6 }, (_, at) => ({
      name: `Probe ${region}-${at + 1}`,
      group: `monitoring/${region}`,
      command: at === 4 ? 'echo "no route to host" >&2; exit 1' : 'sleep 0.2; echo ok',
      schedule: every(5 + 2 * at),
    })),
  ),
]

const RUN_AT_ONCE = [
  'Nightly database backup',
  'Import of orders',
  'Price sync',
  '每日报表汇总',
  'Probe eu-1',
  'Probe us-5',
  'Index rebuild',
]

const FOLDER = new URL('./samples/', import.meta.url)

function things(): Promise<ThingSample[]> {
  return Promise.all(readdirSync(FOLDER).map(async (file) => (await import(new URL(file, FOLDER).href)).default))
}

/** Makes the tasks, runs some, and waits until there is something of every kind to see. */
export async function fillServer(server: ServerProcess): Promise<void> {
  for (const { fill } of await things()) await fill(server)
  for (const { more, ...sample } of SAMPLES) {
    await server.ask('POST', '/api/scheduler/tasks', { type: 'shell', ...sample, ...more })
  }
  for (const name of RUN_AT_ONCE) {
    const { tasks } = await server.ask<{ tasks: { id: string }[] }>(
      'GET',
      `/api/scheduler/tasks?q=${encodeURIComponent(name)}`,
    )
    await server.ask('POST', `/api/scheduler/tasks/${tasks[0]!.id}/run`, {})
  }
  await eventually('failed and skipped executions', 60_000, async () => {
    const count = async (status: string) =>
      (await server.ask<{ total: number }>('GET', `/api/scheduler/executions?status=${status}&limit=1`)).total
    return (await count('failed')) >= 2 && (await count('skipped')) >= 1
  })
}

/** Every page of the interface, with an address that shows something. */
export async function pagesOf(server: ServerProcess): Promise<Page[]> {
  const first = async <Key extends string>(path: string, key: Key) =>
    (await server.ask<Record<Key, { id: string }[]>>('GET', path))[key][0]!.id
  const task = await first(`/api/scheduler/tasks?q=Price`, 'tasks')
  const failed = await first('/api/scheduler/executions?status=failed&trigger=manual&limit=1', 'executions')
  return [
    { name: 'overview', path: '/' },
    { name: 'tasks', path: '/tasks' },
    { name: 'new-task', path: '/tasks/new' },
    { name: 'import', path: '/tasks/import' },
    { name: 'task', path: `/tasks/${task}` },
    { name: 'edit-task', path: `/tasks/${task}/edit` },
    { name: 'executions', path: '/executions' },
    { name: 'execution', path: `/executions/${failed}` },
    { name: 'execution-attempts', path: `/executions/${failed}?tab=attempts` },
    { name: 'timeline', path: '/timeline' },
    { name: 'ledger', path: '/timeline?tab=ledger' },
    { name: 'statistics', path: '/statistics' },
    ...(
      await Promise.all((await things()).map(({ pages }) => (typeof pages === 'function' ? pages(server) : pages)))
    ).flat(),
  ]
}
