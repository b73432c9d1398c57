/**
 * What bench/api.ts holds the server against, in a process of its own: `node bench/api-bare.ts FILE`. Fastify as it comes
 * and one table, whose rows hold replies as they are sent; each request is one prepared statement, each change a commit.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Server } from '@rota/server'
import { installPeer } from './bench.ts'

/** Replies of the server: its `/health`, and tasks by name, one a line. */
interface Replies {
  health: string
  tasks: string[]
}

const folder = process.argv[2]!
const [health = '', ...tasks] = readFileSync(join(folder, 'replies'), 'utf8').split('\n')
const db = open(folder, { health, tasks })
const byId = db.prepare('SELECT reply FROM tasks WHERE id = ?')
const page = db.prepare('SELECT reply FROM tasks ORDER BY name LIMIT ? OFFSET ?')
const change = db.prepare(
  "UPDATE tasks SET reply = json_set(reply, '$.description', ?, '$.version', reply ->> 'version' + 1) WHERE id = ? RETURNING reply",
)
const insert = db.prepare('INSERT INTO tasks (id, name, reply) VALUES (?, ?, ?)')

type Fastify = () => Server['app']['server']

// The version that the server has.
const { default: fastify } = await (await installPeer('fastify', '5.12.8')).load<{ default: Fastify }>()
const app = fastify()
const JSON_TYPE = 'application/json; charset=utf-8'
app.get('/health', (_, reply) => reply.type(JSON_TYPE).send(health))
app.get<{ Params: { id: string } }>('/api/scheduler/tasks/:id', ({ params }, reply) =>
  reply.type(JSON_TYPE).send(replyOf(byId.get(params.id))),
)
app.get<{ Querystring: { limit: string; page: string } }>('/api/scheduler/tasks', ({ query }, reply) => {
  const [limit, number] = [Number(query.limit), Number(query.page)]
  const rows = page.all(limit, (number - 1) * limit).map(replyOf)
  const head = `{"total":${tasks.length},"page":${number},"limit":${limit},"next_cursor":null`
  return reply.type(JSON_TYPE).send(`${head},"tasks":[${rows.join(',')}]}`)
})
app.patch<{ Params: { id: string }; Body: { description: string } }>(
  '/api/scheduler/tasks/:id',
  ({ params, body }, reply) => reply.type(JSON_TYPE).send(replyOf(change.get(body.description, params.id))),
)
const template = JSON.parse(tasks[0]!) as object
app.post<{ Body: { name: string } }>('/api/scheduler/tasks', ({ body }, reply) => {
  const id = randomUUID()
  const made = JSON.stringify({ ...template, ...body, id })
  insert.run(id, body.name, made)
  return reply.code(201).type(JSON_TYPE).send(made)
})
process.on('disconnect', () => process.exit(0))
process.send!({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })

function replyOf(row: unknown): string {
  return (row as { reply: string }).reply
}

function open(inFolder: string, replies: Replies): DatabaseSync {
  const database = new DatabaseSync(join(inFolder, 'bare.db'))
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA cache_size = -65536;
    CREATE TABLE tasks (id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, reply TEXT NOT NULL);
    BEGIN;
  `)
  const add = database.prepare('INSERT INTO tasks (id, name, reply) VALUES (?, ?, ?)')
  for (const reply of replies.tasks) {
    const { id, name } = JSON.parse(reply) as { id: string; name: string }
    add.run(id, name, reply)
  }
  database.exec('COMMIT')
  return database
}
