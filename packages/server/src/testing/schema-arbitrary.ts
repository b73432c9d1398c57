import fc from 'fast-check'

/** The part of JSON Schema that the OpenAPI document uses. */
export interface Schema {
  $ref?: string
  type?: string
  format?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  minimum?: number
  exclusiveMinimum?: number
  maximum?: number
  pattern?: string
}

const DEEPEST = 5
const UUID = '01900000-0000-7000-8000-000000000000'

/** What no schema asks for; one value in some places of every request. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    -1,
    0,
    1e308,
    Number.MAX_SAFE_INTEGER,
    0.1,
    '',
    ' ',
    'a\u0000b',
    '\ud800',
    '🙂'.repeat(3),
    "' OR 1=1 --",
    '../../etc/passwd',
    '%00',
    '2026-13-45T99:99:99Z',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    'x'.repeat(5_000),
    [],
    {},
    [[[[[]]]]],
    JSON.parse('{"__proto__":{"polluted":true}}'),
    JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer(),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>,
)

/** Values that mostly follow `schema`; now and then one that does not. */
export function fromSchema(schema: Schema, resolve: (ref: string) => Schema, depth = 0): fc.Arbitrary<unknown> {
  const proper = properValue(schema, resolve, depth)
  return fc.oneof({ weight: 24, arbitrary: proper }, { weight: 1, arbitrary: junk })
}

function properValue(schema: Schema, resolve: (ref: string) => Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    if (depth > DEEPEST || schema.$ref.endsWith('/Json')) return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>
    return properValue(resolve(schema.$ref), resolve, depth + 1)
  }
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const branches = schema.anyOf ?? schema.oneOf
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => properValue(branch, resolve, depth)))
  switch (schema.type) {
    case 'string':
      return text(schema)
    case 'integer':
      return fc.integer(range(schema))
    case 'number':
      return fc.oneof(fc.integer(range(schema)), fc.double({ ...range(schema), noNaN: true }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array': {
      const least = schema.minItems ?? 0
      const most = Math.max(least, Math.min(schema.maxItems ?? 4, 4))
      return fc.array(fromSchema(schema.items ?? {}, resolve, depth + 1), { minLength: least, maxLength: most })
    }
    case 'object':
      return object(schema, resolve, depth)
    default:
      return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>
  }
}

function object(schema: Schema, resolve: (ref: string) => Schema, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema
  if (Object.keys(properties).length === 0 && typeof additionalProperties === 'object') {
    const keys = fc.string({ minLength: 1, maxLength: 10 })
    return fc.dictionary(keys, fromSchema(additionalProperties, resolve, depth + 1), { maxKeys: 3 })
  }
  const model = Object.fromEntries(
    Object.entries(properties).map(([key, inner]) => [key, fromSchema(inner, resolve, depth + 1)]),
  )
  // All fields at once would nearly always clash; most requests carry a few.
  const rest = Object.keys(model).filter((key) => !required.includes(key))
  const chosen = fc.subarray(rest, { maxLength: Math.min(rest.length, 6) })
  return chosen.chain((optional) => {
    const keys = [...required, ...optional]
    return fc.record(Object.fromEntries(keys.map((key) => [key, model[key]!])))
  })
}

function text(schema: Schema): fc.Arbitrary<string> {
  if (schema.format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString())
  if (schema.format === 'date') return fc.constantFrom('2026-01-31', '1999-12-31', '2024-02-29')
  if (schema.format === 'uuid') return fc.constant(UUID)
  if (schema.pattern !== undefined)
    return fc.oneof(fc.constantFrom('failed', 'success,failed', 'ada', 'bob.b'), fc.string())
  const least = schema.minLength ?? 0
  const most = Math.max(least, Math.min(schema.maxLength ?? 30, 30))
  const known = ['shell', 'handler', 'UTC', 'Asia/Shanghai', '0 2 * * *', '30 18 * * MON-FRI', '02:00', 'mon', 'last']
  const likely = fc.constantFrom(...known, '2030-01-01T00:00:00Z', 'name', '@daily', 'H H * * *')
  return fc.oneof(
    likely,
    fc.string({ minLength: least, maxLength: most }),
    fc.string({ unit: 'grapheme', maxLength: most }),
  )
}

function range({ minimum, exclusiveMinimum, maximum }: Schema) {
  const min = Math.max(minimum ?? exclusiveMinimum ?? -1_000_000, -(2 ** 31))
  const max = Math.min(maximum ?? 1_000_000, 2 ** 31 - 1)
  return { min: Math.ceil(min), max: Math.max(Math.floor(max), Math.ceil(min)) }
}
