import { SCALES, type Scale, STEEPEST, steepness } from '@rota/testkit'
import { amount } from '@rota/testkit/amount'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

interface Schema {
  $ref?: string
  anyOf?: Schema[]
  oneOf?: Schema[]
  type?: string
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  const?: unknown
  enum?: unknown[]
}

interface RequestBody {
  description: string
  content: Record<string, { schema: Schema }>
}

interface Document {
  paths: Record<string, Record<string, { requestBody?: RequestBody }>>
  components: { schemas: Record<string, Schema> }
}

/** What a body is filled with: texts of a length in bytes, and lists of a length, and which alternative is preferred. */
interface Filling {
  prefers: 'string' | 'array' | 'object'
  text: (bytes: number) => string
  bytes: number
  items: number
}

/** The largest body that any route takes. */
const LARGEST = 1_000_000
/** Of the largest body, the part that the largest scale has. */
const PART = amount({ short: 0.1, long: 1 })
/** What surrounds the texts and lists in it. */
const AROUND = 500
const DEEPEST = 6
const LONGEST_TEST_MS = 600_000

let t: TestServer
let document: Document
let id: string
beforeAll(async () => {
  t = await startTestServer({ 'auth.login_attempts': '10000' })
  document = (await t.server.app.document()) as unknown as Document
  const body = { name: 'task', type: 'shell', command: 'true', schedule: '0 2 * * *' }
  id = (await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body })).json.id
}, LONGEST_TEST_MS)
afterAll(() => t.stop())

const texts: Record<string, (bytes: number) => string> = {
  letters: (bytes) => 'a'.repeat(bytes),
  blanks: (bytes) => `${' '.repeat(bytes)}x`,
  lists: (bytes) => '1,'.repeat(bytes / 2),
  lines: (bytes) => '*/5 * * * * /usr/bin/job --all\n'.repeat(bytes / 31),
}

/** A body as its schema has it, each text and list of it long: what is refused was read first. */
function filled(schema: Schema, filling: Filling, depth = 0): unknown {
  if (schema.$ref !== undefined)
    return filled(document.components.schemas[schema.$ref.split('/').at(-1)!]!, filling, depth)
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives !== undefined) return filled(preferred(alternatives, filling), filling, depth)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  if (schema.type === 'string') return filling.text(filling.bytes)
  if (schema.type === 'array') {
    const item = depth >= DEEPEST ? 0 : filled(schema.items ?? {}, { ...filling, bytes: 8, items: 1 }, depth + 1)
    return Array.from({ length: filling.items }, () => item)
  }
  if (schema.type !== 'object') return 1
  const entries = depth >= DEEPEST ? [] : Object.entries(schema.properties ?? {})
  const body = Object.fromEntries(entries.map(([name, property]) => [name, filled(property, filling, depth + 1)]))
  if (!schema.additionalProperties) return body
  return { ...body, ...Object.fromEntries(Array.from({ length: filling.items }, (_, at) => [`key${at}`, 'x'])) }
}

function preferred(alternatives: readonly Schema[], { prefers }: Filling): Schema {
  const typed = alternatives.map((one) => (one.$ref ? document.components.schemas[one.$ref.split('/').at(-1)!]! : one))
  return typed.find((one) => one.type === prefers) ?? typed.find((one) => one.type !== 'null') ?? typed[0]!
}

/** The filling of which a body has about so many bytes, or as few as it can. */
function fitting(schema: Schema, filling: Filling, bytes: number): string {
  const size = (more: Partial<Filling>) => JSON.stringify(filled(schema, { ...filling, ...more })).length
  const room = Math.max(bytes - size({ bytes: 0, items: 0 }), 0)
  if (filling.prefers === 'string') {
    const perByte = (size({ bytes: 400, items: 1 }) - size({ bytes: 0, items: 1 })) / 400
    return JSON.stringify(filled(schema, { ...filling, bytes: Math.floor(room / Math.max(perByte, 1)), items: 1 }))
  }
  const perItem = (size({ bytes: 8, items: 100 }) - size({ bytes: 8, items: 0 })) / 100
  if (perItem === 0) return JSON.stringify(filled(schema, { ...filling, bytes: 8, items: 0 }))
  return JSON.stringify(filled(schema, { ...filling, bytes: 8, items: Math.floor(room / perItem) }))
}

const fillings: [string, Filling][] = [
  ...Object.entries(texts).map(([name, text]): [string, Filling] => [
    name,
    { prefers: 'string', text, bytes: 0, items: 0 },
  ]),
  ['long lists', { prefers: 'array', text: texts.letters!, bytes: 0, items: 0 }],
  ['wide objects', { prefers: 'object', text: texts.letters!, bytes: 0, items: 0 }],
]

async function send(method: string, url: string, payload: string): Promise<void> {
  const headers = { authorization: `Bearer ${t.tokens.admin}`, 'content-type': 'application/json' }
  const reply = await t.server.app.server.inject({
    method: method as 'POST',
    url,
    headers,
    payload,
    payloadAsStream: true,
  })
  reply.raw.res.destroy()
  expect(reply.statusCode).not.toBe(500)
}

test(
  'every body of every route',
  async () => {
    const steep: string[] = []
    for (const [path, methods] of Object.entries(document.paths)) {
      const url = path.replaceAll('{id}', id).replaceAll(/\{\w+\}/g, 'x')
      for (const [method, { requestBody }] of Object.entries(methods)) {
        const schema = requestBody?.content['application/json']?.schema
        if (requestBody === undefined || schema === undefined) continue
        const largest = PART * Number(/^At most (\d+)/.exec(requestBody.description)?.[1] ?? LARGEST) - AROUND
        for (const [name, filling] of fillings) {
          const bodies = SCALES.map((scale) => fitting(schema, filling, (largest * scale) / SCALES.at(-1)!))
          const ratio = await steepness((scale: Scale) =>
            send(method.toUpperCase(), url, bodies[SCALES.indexOf(scale)]!),
          )
          if (ratio > STEEPEST) steep.push(`${method} ${path} ${name}: ${ratio}`)
        }
      }
    }
    expect(steep).toEqual([])
  },
  LONGEST_TEST_MS,
)
