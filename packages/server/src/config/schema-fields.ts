import { config, upcomingConfig } from '@rota/protocol'
import { z } from 'zod'

/** One setting, as the environment, the documentation and the error messages need to know it. */
export interface ConfigField {
  /** `['http', 'body_limit_bytes']` */
  path: string[]
  /** `ROTA_HTTP_BODY_LIMIT_BYTES` */
  variable: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object'
  options: string[] | null
  minimum: number | null
  maximum: number | null
  fallback: unknown
  description: string
  isSecret: boolean
}

interface Node {
  type?: string
  /** A shared schema; settings share none but objects. */
  $ref?: string
  anyOf?: Node[]
  properties?: Record<string, Node>
  enum?: string[]
  default?: unknown
  description?: string
  secret?: boolean
  minimum?: number
  maximum?: number
}

/** Every setting, in the order of the schema. */
export const CONFIG_FIELDS: readonly ConfigField[] = collect(z.toJSONSchema(config, { io: 'input' }) as Node, [])

/** Settings that do nothing yet, and are refused. */
export const UPCOMING_FIELDS: readonly ConfigField[] = collect(
  z.toJSONSchema(upcomingConfig, { io: 'input' }) as Node,
  [],
)

function collect(node: Node, path: string[]): ConfigField[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, inner]) => {
    const here = [...path, key]
    return inner.properties ? collect(inner, here) : [toField(inner, here)]
  })
}

function toField(node: Node, path: string[]): ConfigField {
  const bare = node.anyOf?.find((branch) => branch.type !== 'null') ?? node
  return {
    path,
    variable: `ROTA_${path.join('_').toUpperCase()}`,
    type: (bare.type ?? (bare.$ref === undefined ? 'string' : 'object')) as ConfigField['type'],
    options: bare.enum ?? null,
    minimum: bare.minimum ?? null,
    maximum: bare.maximum ?? null,
    fallback: node.default,
    description: node.description ?? bare.description ?? '',
    isSecret: node.secret ?? bare.secret ?? false,
  }
}
