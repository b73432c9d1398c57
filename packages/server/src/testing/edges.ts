import fc from 'fast-check'
import type { FullSchema } from './fits-schema.ts'

/** Texts that some field takes and others do not. */
const TEXTS = [
  ...['', ' ', 'a', ' a', 'a ', 'a\tb', 'a\nb', 'task:5', 'a: b', 'shell', 'http', 'handler', 'local', 'gbk', 'none'],
  ...['UTC', 'Asia/Shanghai', 'Mars/Olympus', '0 2 * * *', '@daily', '@every 15m', '* * *', 'true', 'sh', '/tmp'],
  ...['09:30', '9:05', '24:00', '9:5', '23:59:59', 'mon', 'Monday', 'MON', 'moon', '3', '8', 'last', 'last_weekday'],
  ...['15', '05', '0', '32', '2026-01-01T00:00:00Z', '2026-01-01T08:00:00+08:00', '2026-01-01', '2026-01-01 08:00'],
  ...['2026-13-01T00:00:00Z', 'Jan 1 2026', '2026', '2100-01-01T00:00:00.5Z', 'minute', 'Minutes', '2xx'],
]
const NAMES = ['A', 'a1', '_', '1A', 'A-B', '', 'ROTA_X', 'ROTAX', 'x'.repeat(200), 'x'.repeat(201)]
/** Longer texts and lists than these are left to examples. */
const LONGEST = 20_000
const MOST_ITEMS = 300

const STRAY = fc.constantFrom<unknown>(null, true, 0, 1.5, -1, 'x', [], {}, ['x'])

/** Values at the edges of what `schema` says, on both sides, and now and then something else altogether. */
export function edgesOf(schema: FullSchema, resolve: (ref: string) => FullSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 30, arbitrary: nearly(schema, resolve) }, { weight: 1, arbitrary: STRAY })
}

function nearly(schema: FullSchema, resolve: (ref: string) => FullSchema): fc.Arbitrary<unknown> {
  const branches = schema.anyOf ?? schema.oneOf
  if (schema.$ref?.endsWith('/Json')) return STRAY
  if (schema.$ref !== undefined) return nearly(resolve(schema.$ref), resolve)
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => nearly(branch as FullSchema, resolve)))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom<unknown>(...schema.enum, ...schema.enum, 'other')
  switch (schema.type) {
    case 'string':
      return texts(schema)
    case 'integer':
    case 'number':
      return numbers(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return lists(schema, resolve)
    case 'object':
      return objects(schema, resolve)
    default:
      return STRAY
  }
}

function texts({ minLength = 0, maxLength = LONGEST }: FullSchema): fc.Arbitrary<string> {
  const lengths = [minLength - 1, minLength, maxLength, maxLength + 1].filter((n) => n >= 0 && n <= LONGEST)
  const long = lengths.map((length) => 'x'.repeat(length))
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...TEXTS) }, fc.constantFrom(...long, 'x'), fc.string())
}

function numbers({ type, minimum, exclusiveMinimum, maximum }: FullSchema): fc.Arbitrary<number> {
  const ends = [minimum, exclusiveMinimum, maximum].filter((end) => end !== undefined)
  const near = ends.flatMap((end) => [end - 1, end, end + 1, end + 0.5])
  const inside = type === 'integer' ? fc.integer({ min: 1, max: 100 }) : fc.double({ min: 0.5, max: 50, noNaN: true })
  return fc.oneof(inside, fc.constantFrom(0, 1, ...near))
}

function lists(schema: FullSchema, resolve: (ref: string) => FullSchema): fc.Arbitrary<unknown[]> {
  const { minItems = 0, maxItems = 5, items = {} } = schema
  const item = edgesOf(items as FullSchema, resolve)
  const few = fc.array(item, { minLength: 0, maxLength: 3 })
  const ends = [minItems, maxItems, maxItems + 1].filter((length) => length <= MOST_ITEMS)
  const many = fc.tuple(fc.constantFrom(...ends), item).map(([length, one]) => Array.from({ length }, () => one))
  return ends.length === 0 ? few : fc.oneof({ weight: 3, arbitrary: few }, many)
}

function objects(schema: FullSchema, resolve: (ref: string) => FullSchema): fc.Arbitrary<object> {
  const { properties = {}, required = [], additionalProperties, maxProperties } = schema
  if (Object.keys(properties).length === 0) {
    const value = typeof additionalProperties === 'object' ? (additionalProperties as FullSchema) : {}
    const few = fc.dictionary(fc.constantFrom(...NAMES), edgesOf(value, resolve), { maxKeys: 3 })
    if (maxProperties === undefined) return few
    const ofSize = (size: number) => Object.fromEntries(Array.from({ length: size }, (_, n) => [`V${n}`, '']))
    return fc.oneof({ weight: 4, arbitrary: few }, fc.constantFrom(ofSize(maxProperties), ofSize(maxProperties + 1)))
  }
  const rest = Object.keys(properties).filter((name) => !required.includes(name))
  const chosen = fc.tuple(fc.subarray(rest, { maxLength: Math.min(rest.length, 3) }), fc.nat(30), fc.nat(30))
  return chosen.chain(([optional, forgets, adds]) => {
    const names = [...(forgets === 0 ? required.slice(1) : required), ...optional]
    const model = names.map((name) => [name, edgesOf(properties[name]!, resolve)] as const)
    return fc.record({ ...Object.fromEntries(model), ...(adds === 0 && { unheard_of: STRAY }) })
  })
}
