import { z } from 'zod'

interface Property {
  type?: string
  anyOf?: Property[]
}

/**
 * Makes a function that gives query text the type its schema wants: `limit=5` becomes a number, `docs=true` a boolean.
 * Text that cannot be one stays text, so that the schema refuses it with its own message.
 */
export function queryReader(schema: z.ZodType): (query: Record<string, unknown>) => Record<string, unknown> {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, Property> }
  return (query) => {
    const typed: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(query)) {
      const type = Object.hasOwn(properties, key) ? properties[key]?.type : undefined
      Object.defineProperty(typed, key, { value: coerce(type, value), enumerable: true })
    }
    return typed
  }
}

function coerce(type: string | undefined, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,9})?$/.test(value)) return Number(value)
  if (type === 'boolean' && /^(true|1)$/.test(value)) return true
  if (type === 'boolean' && /^(false|0)$/.test(value)) return false
  return value
}
