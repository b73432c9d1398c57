import fc from 'fast-check'
import { fromSchema, junk, type Schema } from './schema-arbitrary.ts'
import type { TestServer } from './test-server.ts'

interface Operation {
  method: string
  path: string
  parameters: { name: string; in: 'path' | 'query' | 'header'; schema: Schema }[]
  requestBody?: { content: { 'application/json'?: { schema: Schema } } }
}

interface Document {
  paths: Record<string, Record<string, Omit<Operation, 'method' | 'path'>>>
  components: { schemas: Record<string, Schema> }
}

interface FuzzRequest {
  method: string
  path: string
  /** Which known id stands for `{id}`, or what else does. */
  ids: (number | string)[]
  query: Record<string, unknown>
  headers: Record<string, string>
  body: unknown
  role: 'admin' | 'editor' | 'viewer' | undefined
}

/** Operations that would hash passwords or start interpreters all the time are asked less often. */
const SLOW = /\/auth\/(login|password)|\/users/
const AT_ONCE = 4
/** Batches after which there are fresh things to act on; most of what was there is deleted by then. */
const RESEED_AFTER = 100

/** What most bodies of these requests hold, so that not all are refused for the same few reasons. */
const PLAUSIBLE: Record<string, (serial: number) => object> = {
  '/api/scheduler/tasks': (serial) => ({ name: `task ${serial}`, type: 'shell', command: 'true' }),
  '/api/scheduler/tasks/validate': (serial) => ({ name: `task ${serial}`, type: 'shell', command: 'true' }),
  '/api/scheduler/executions': () => ({ type: 'shell', payload: { command: 'true' } }),
  '/api/scheduler/schedules/preview': () => ({ schedule: '0 2 * * *' }),
  '/api/scheduler/users': (serial) => ({ username: `user${serial}`, password: 'a long enough secret' }),
  '/api/scheduler/tasks/bulk': () => ({ action: 'disable' }),
}

/** Ids of what exists, by kind. */
type Known = Record<'tasks' | 'executions' | 'users', string[]>

/**
 * Sends at least `count` requests made from the server's own OpenAPI document, four at a time. Fails, with the smallest
 * request that shows it, when a reply is a 5xx or not one that its route declares. Answers how often each status came.
 */
export async function fuzz(t: TestServer, count: number, seed: number): Promise<Record<number, number>> {
  const document = (await t.server.app.document()) as unknown as Document
  const known: Known = { tasks: [], executions: [], users: [] }
  let batches = 0
  const statuses: Record<number, number> = {}
  const requests = fc.array(requestOf(document), { minLength: AT_ONCE, maxLength: AT_ONCE })
  const property = fc.asyncProperty(requests, async (batch) => {
    if (batches++ % RESEED_AFTER === 0) await addThings(t, known, batches)
    await Promise.all(batch.map((request) => send(t, request, known, statuses)))
    if (Object.hasOwn(Object.prototype, 'polluted')) throw new Error('A request polluted Object.prototype.')
  })
  await fc.assert(property, { numRuns: Math.ceil(count / AT_ONCE), seed, endOnFailure: true })
  return statuses
}

async function addThings(t: TestServer, known: Known, serial: number): Promise<void> {
  for (let at = 0; at < 8; at++) {
    const body = { name: `seed ${serial} ${at}`, type: 'shell', command: 'echo seed', schedule: '0 2 * * *' }
    const task = await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body })
    known.tasks.push(task.json.id)
    const run = await t.call('POST', `/api/scheduler/tasks/${task.json.id}/run`, { as: 'admin' })
    known.executions.push(run.json.execution_id)
  }
}

async function send(t: TestServer, request: FuzzRequest, known: Known, statuses: Record<number, number>) {
  const kind = (/\/(executions|users)/.exec(request.path)?.[1] ?? 'tasks') as keyof Known
  const ids = known[kind === 'executions' && request.path.includes('/tasks/') ? 'tasks' : kind]
  const isStream = request.path.endsWith('/stream')
  let at = 0
  const path = request.path.replaceAll(/\{\w+\}/g, () => {
    const wanted = request.ids[at++ % request.ids.length]!
    const existing = ids[Number(wanted) % Math.max(ids.length, 1)]
    // A stream of something that waits for its instant would not end.
    if (typeof wanted === 'number' && existing !== undefined && !isStream) return existing
    return encodeURIComponent(String(wanted).toWellFormed())
  })
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(request.query)) query.append(key, textOf(value).toWellFormed())
  const url = query.size > 0 ? `${path}?${query}` : path
  const reply = await t.call(request.method, url, {
    as: request.role,
    headers: request.headers,
    ...(request.body !== undefined && { body: harmless(request.body) }),
  })
  statuses[reply.status] = (statuses[reply.status] ?? 0) + 1
  if (reply.status >= 500 && path !== '/ready')
    throw new Error(`${request.method} ${url} → ${reply.status}: ${reply.text}`)
  const { id, execution_id: executionId } = (reply.json ?? {}) as { id?: string; execution_id?: string }
  if (reply.status === 201 && id?.length === 36) known[kind].push(id)
  if (executionId !== undefined) known.executions.push(executionId)
  for (const list of Object.values(known)) if (list.length > 40) list.splice(0, 20)
}

/** As a client would write it. An object need not have a `toString` that works. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(',')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function requestOf(document: Document): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  )
  const resolve = (ref: string) => document.components.schemas[ref.split('/').at(-1)!]!
  const arbitraries = operations.map((operation) => ({
    weight: SLOW.test(operation.path) ? 1 : 8,
    arbitrary: operationRequest(operation, resolve),
  }))
  return fc.oneof(...arbitraries)
}

function operationRequest(operation: Operation, resolve: (ref: string) => Schema): fc.Arbitrary<FuzzRequest> {
  const { method, path, parameters, requestBody } = operation
  const queries = parameters.filter((parameter) => parameter.in === 'query')
  const model = Object.fromEntries(queries.map(({ name, schema }) => [name, fromSchema(schema, resolve)]))
  const names = queries.map(({ name }) => name)
  const query = fc.subarray(names, { maxLength: Math.min(names.length, 4) })
  const schema = requestBody?.content['application/json']?.schema
  const plausible = method === 'POST' ? PLAUSIBLE[path] : undefined
  const body = schema === undefined ? fc.constantFrom(undefined, {}) : bodyOf(schema, resolve, plausible)
  const id = fc.oneof({ weight: 8, arbitrary: fc.nat(199) }, { weight: 1, arbitrary: junk.map(textOf) })
  return fc.record({
    method: fc.constant(method),
    path: fc.constant(path),
    ids: fc.array(id, { minLength: 1, maxLength: 2 }),
    query: query.chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, model[name]!])))),
    headers: fc.oneof(
      { weight: 10, arbitrary: fc.constant({}) },
      {
        weight: 1,
        arbitrary: fc.constantFrom({ 'if-match': '"1"' }, { 'if-match': 'x' }, { 'content-type': 'text/plain' }),
      },
      { weight: 1, arbitrary: fc.nat(20).map((key) => ({ 'idempotency-key': `key-${key}` })) },
    ) as fc.Arbitrary<Record<string, string>>,
    body,
    role: fc.oneof(
      { weight: 12, arbitrary: fc.constant('admin') },
      { weight: 2, arbitrary: fc.constantFrom('editor', 'viewer', undefined) },
    ),
  }) as fc.Arbitrary<FuzzRequest>
}

let serial = 0

function bodyOf(schema: Schema, resolve: (ref: string) => Schema, plausible?: (serial: number) => object) {
  const arbitrary = fromSchema(schema, resolve)
  if (plausible === undefined) return arbitrary
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
  const completed = arbitrary.map((value) =>
    isObject(value) ? { ...(value as object), ...plausible(++serial) } : value,
  )
  return fc.oneof({ weight: 3, arbitrary: completed }, { weight: 1, arbitrary })
}

/** Requests are arbitrary, what they make this machine do is not. */
function harmless(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(harmless)
  if (typeof body !== 'object' || body === null) return body
  const entries = Object.entries(body).map(([key, value]): [string, unknown] => {
    if (typeof value === 'string' && (key === 'command' || key === 'source')) return [key, 'exit 1 # harmless']
    if (key === 'interpreter' && typeof value === 'string') return [key, '/bin/sh']
    if (key === 'url' && typeof value === 'string') return [key, 'http://127.0.0.1:1/']
    if (key === 'every' && typeof value === 'number' && value > 0) return [key, value + 5_000]
    return [key, harmless(value)]
  })
  return entries.reduce<Record<string, unknown>>((made, [key, value]) => {
    return Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true })
  }, {})
}
