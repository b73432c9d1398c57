import type { Schema } from './schema-arbitrary.ts'

/** What of JSON Schema (draft 2020-12) the OpenAPI document uses. Lengths count UTF-16 units, as the server does. */
export type FullSchema = Schema & {
  properties?: Record<string, FullSchema>
  propertyNames?: FullSchema
  maxProperties?: number
}

/** Whether a value is valid by a schema; `resolve` answers what a `$ref` points at. */
export function fitsSchema(value: unknown, schema: FullSchema, resolve: (ref: string) => FullSchema): boolean {
  const fits = (inner: unknown, by: FullSchema) => fitsSchema(inner, by, resolve)
  if (schema.$ref !== undefined && !fits(value, resolve(schema.$ref))) return false
  if (schema.const !== undefined && value !== schema.const) return false
  if (schema.enum !== undefined && !schema.enum.includes(value)) return false
  if (schema.anyOf !== undefined && !schema.anyOf.some((by) => fits(value, by))) return false
  if (schema.oneOf !== undefined && schema.oneOf.filter((by) => fits(value, by)).length !== 1) return false
  if (schema.type !== undefined && !isOfType(value, schema.type)) return false
  if (typeof value === 'string') return fitsText(value, schema)
  if (typeof value === 'number') return fitsNumber(value, schema)
  if (Array.isArray(value)) {
    const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema
    const isLong = value.length >= minItems && value.length <= maxItems
    return isLong && (items === undefined || value.every((item) => fits(item, items)))
  }
  return typeof value !== 'object' || value === null || fitsObject(value as Record<string, unknown>, schema, fits)
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value)
  return type === (typeof value as string)
}

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

function fitsText(text: string, schema: FullSchema): boolean {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema
  if (format === 'date-time' && !(DATE_TIME.test(text) && !Number.isNaN(Date.parse(text)))) return false
  const isLong = text.length >= minLength && text.length <= maxLength
  return isLong && (pattern === undefined || new RegExp(pattern, 'u').test(text))
}

function fitsNumber(value: number, schema: FullSchema): boolean {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = schema
  return value >= minimum && value > exclusiveMinimum && value <= maximum
}

function fitsObject(
  value: Record<string, unknown>,
  { properties = {}, required = [], additionalProperties, propertyNames, maxProperties }: FullSchema,
  fits: (inner: unknown, by: FullSchema) => boolean,
): boolean {
  const names = Object.keys(value)
  if (maxProperties !== undefined && names.length > maxProperties) return false
  if (required.some((name) => !Object.hasOwn(value, name))) return false
  return names.every((name) => {
    if (propertyNames !== undefined && !fits(name, propertyNames)) return false
    if (Object.hasOwn(properties, name)) return fits(value[name], properties[name]!)
    if (typeof additionalProperties === 'object') return fits(value[name], additionalProperties as FullSchema)
    return additionalProperties !== false
  })
}
