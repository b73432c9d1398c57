import { RotaError } from '@rota/core'
import { SLIP_KINDS, slipped } from '@rota/testkit/slips'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crontabInput, jobInput, parse, previewInput, runInput, taskInput, tokenInput, userInput } from './index.ts'

type Document = Record<string, unknown>

/** Schemas with a document that each takes. */
const DOCUMENTS: readonly (readonly [typeof taskInput | typeof jobInput, Document])[] = [
  [
    taskInput,
    {
      name: 'nightly',
      type: 'shell',
      command: 'ls',
      timezone: 'UTC',
      tags: ['a'],
      env: { A: '1' },
      retry: { max_attempts: 3, delay_seconds: 5, backoff: 'exponential', on: ['timeout'] },
      concurrency: { overlap: 'queue', max: 2 },
      misfire: { policy: 'run_once', grace_seconds: 60 },
      dst: { gap: 'run_after', overlap: 'first' },
      schedule: { type: 'interval', every: 5, unit: 'minutes' },
      timeout_seconds: 60,
      working_dir: '/tmp',
    },
  ],
  [taskInput, { name: 'ping', type: 'http', http: { url: 'https://example.org', method: 'GET', body: 'x' } }],
  [previewInput as never, { schedule: '0 2 * * *', timezone: 'UTC', count: 3, dialect: 'rota' }],
  [runInput as never, { params: { args: [1], kwargs: { a: 1 } }, env: { A: '1' }, priority: 1 }],
  [jobInput, { type: 'handler', payload: { handler: 'echo' }, name: 'x', priority: 1 }],
  [userInput as never, { username: 'bob', password: 'x'.repeat(20), role: 'editor', display_name: 'Bob' }],
  [tokenInput as never, { name: 'ci', scopes: ['view'], expires_in_days: 3 }],
  [crontabInput as never, { text: '* * * * * a', format: 'user', dry_run: true, flavour: 'debian' }],
]

const slips = fc.array(
  fc.record({ kind: fc.constantFrom(...SLIP_KINDS), at: fc.nat(), by: fc.constantFrom('s', 'x', '_', 'e') }),
  {
    minLength: 1,
    maxLength: 2,
  },
)

/** Where a document has a key or a text. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return path.length > 0 ? [path] : []
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, key]
    return [here, ...placesIn(inner, here)]
  })
}

/** The document with the value at `path`, or the key there, changed. */
function changed(value: unknown, path: readonly string[], change: (holder: Document, key: string) => void): unknown {
  const copy = structuredClone(value)
  const holder = path.slice(0, -1).reduce<Document>((at, key) => at[key] as Document, copy as Document)
  change(holder, path.at(-1)!)
  return copy
}

function errorsOf(schema: typeof taskInput | typeof jobInput, value: unknown) {
  try {
    parse(schema, value)
    return []
  } catch (error) {
    if (RotaError.is(error)) return error.errors
    throw error
  }
}

test('every document of these tests is taken as it is', () => {
  for (const [schema, document] of DOCUMENTS) expect(errorsOf(schema, document)).toEqual([])
})

test('a name or value that is suggested is taken in its place', () => {
  const mistakes = fc.tuple(fc.constantFrom(...DOCUMENTS), fc.nat(), slips, fc.boolean())
  let suggested = 0
  fc.assert(
    fc.property(mistakes, ([[schema, document], at, all, isKey]) => {
      const places = placesIn(document)
      const path = places[at % places.length]!
      let [now, before]: unknown[] = []
      const broken = changed(document, path, (holder, key) => {
        before = holder[key]
        now = isKey ? all.reduce(slipped, key) : typeof before === 'string' ? all.reduce(slipped, before) : before
        if (isKey) delete holder[key]
        holder[isKey ? (now as string) : key] = isKey ? before : now
      })
      const where = isKey ? [...path.slice(0, -1), String(now)] : path
      for (const { suggestion, path: told } of errorsOf(schema, broken)) {
        if (suggestion === undefined || told.replaceAll(/\[(\d+)\]/g, '.$1') !== where.join('.')) continue
        suggested++
        const mended = changed(broken, where, (holder, key) => {
          const value = holder[key]
          if (isKey) delete holder[key]
          holder[isKey ? suggestion : key] = isKey ? value : suggestion
        })
        expect(errorsOf(schema, mended).filter((error) => error.path === told)).toEqual([])
      }
    }),
    { numRuns: 1_000 },
  )
  expect(suggested).toBeGreaterThan(150)
})

test('what is there already is not suggested once more', () => {
  expect(errorsOf(taskInput, { name: 'x', nam: 'y', type: 'shell', command: 'ls' })).toEqual([
    { path: 'nam', message: 'is not a known field.' },
  ])
})
