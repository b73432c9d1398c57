/** The server that bench/api.ts loads, in a process of its own: `node bench/api-server.ts FOLDER TASKS [DATABASE_URL]`. */
import { SYSTEM } from '@rota/core'
import { createLogger, createServer, loadConfig } from '@rota/server'

const AT_ONCE = 500
const CALLER = { ...SYSTEM, name: 'bench' }

const [folder = '', count = '0', database] = process.argv.slice(2)
const set = { examples: 'false', 'http.rate_limit_per_minute': '0', 'http.docs': 'false' }
const env = database === undefined ? {} : { ROTA_DATABASE_URL: database }
const { config } = loadConfig({ data: folder, port: 0, set }, env, folder)
const server = await createServer(config, { logger: createLogger('error') })
await server.start()

for (let from = 0; from < Number(count); from += AT_ONCE) {
  const wanted = Math.min(AT_ONCE, Number(count) - from)
  await Promise.all(Array.from({ length: wanted }, (_, at) => makeTask(from + at)))
}
process.send?.({ url: server.url })
process.on('disconnect', () => void server.stop({ graceMs: 0 }))

function makeTask(number: number) {
  return server.engine.tasks.create(CALLER, {
    name: `task ${String(number).padStart(6, '0')}`,
    description: `Number ${number} of the benchmark`,
    group: `group ${number % 100}`,
    tags: [`tag ${number % 7}`],
    type: 'shell',
    command: `/usr/bin/backup.sh --number ${number}`,
    // Nothing falls due while requests are measured.
    schedule: { type: 'monthly', days: [1 + (number % 28)], times: ['02:00'] },
    start_at: '2090-01-01T00:00:00Z',
  })
}
