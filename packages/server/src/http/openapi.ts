import { type Clock, ERROR_CATALOGUE, permissionsIn, ROLE_RIGHTS, ROLES } from '@rota/core'
import { problem } from '@rota/protocol'
import { z } from 'zod'
import { inSlices } from '../in-slices.ts'
import { type AnyRoute, BODY_LIMITS, type Route } from '../route.ts'
import { VERSION } from '../version.ts'
import { FORM_TYPE } from './body.ts'

type Schema = Record<string, unknown>

/** Statuses that a route of its kind may always answer. */
function errorStatuses(route: Route): number[] {
  const statuses = new Set([400, 422, 429, 503, ...(route.errors ?? [])])
  // 403 also where no permission is needed: a cookie that a foreign page made the browser send.
  if (route.needs !== 'public') for (const status of [401, 403]) statuses.add(status)
  if (route.method !== 'GET') for (const status of [413, 415]) statuses.add(status)
  // No name that can be written need be that of something.
  if (route.url.includes(':')) for (const status of [404, 414]) statuses.add(status)
  if (route.hasPrecondition) statuses.add(412)
  if (route.isIdempotent) statuses.add(409)
  if (route.isApprovable) statuses.add(202)
  return [...statuses].sort()
}

/** Every status that a route declares. */
export function declaredStatuses(route: AnyRoute): number[] {
  const known = route as unknown as Route
  return [known.status ?? 200, ...(known.otherStatuses ?? []), ...errorStatuses(known)]
}

/** The OpenAPI 3.1 document, made from the same route objects that serve the requests. */
export function openapiDocument(routes: readonly AnyRoute[]): Schema {
  const making = makingDocument(routes)
  for (;;) {
    const step = making.next()
    if (step.done === true) return step.value
  }
}

const made = new WeakMap<readonly AnyRoute[], Promise<Schema>>()

/**
 * {@link openapiDocument} without holding the event loop: it takes a third of a second, which no start has. Once for
 * each list of routes, whatever number of servers a process starts.
 */
export function openapiWhenAsked(routes: readonly AnyRoute[], clock: Clock): Promise<Schema> {
  const known = made.get(routes) ?? inSlices(makingDocument(routes), clock)
  made.set(routes, known)
  return known
}

function* makingDocument(routes: readonly AnyRoute[]): Generator<void, Schema> {
  const components = new Components()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes as unknown as Route[]) {
    yield
    const path = route.url.replaceAll(/:([A-Za-z]+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][route.method.toLowerCase()] = operation(route, components)
  }
  components.reply(problem)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rota',
      version: VERSION,
      description: [
        'JSON in snake_case, instants in ISO 8601 UTC, durations in seconds, lengths of text in UTF-16 units. Errors are RFC 9457 problem details.',
        `Problem types: ${Object.keys(ERROR_CATALOGUE)
          .map((code) => `\`urn:rota:problem:${code}\``)
          .join(', ')}.`,
        `Roles: ${ROLES.map((role) => `${role} (${permissionsIn(ROLE_RIGHTS[role]).join(', ')})`).join('; ')}.`,
      ].join('\n\n'),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An access token or an API token.' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'rota_session',
          description:
            'Of a browser that signed in with `cookie: true`; `__Host-rota_session` over https. Whatever changes something needs the header `X-Rota-CSRF: 1` too.',
        },
      },
    },
  }
}

function operation(route: Route, components: Components): Schema {
  const statuses = [route.status ?? 200, ...(route.otherStatuses ?? [])]
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description && { description: route.description }),
    ...(typeof route.needs === 'string'
      ? { 'x-permission': route.needs }
      : { 'x-permission': route.needs.may, 'x-kind': route.needs.on }),
    security: route.needs === 'public' ? [] : [{ bearer: [] }, { cookie: [] }],
    parameters: [...pathParameters(route), ...queryParameters(route, components), ...headerParameters(route)],
    ...(route.body && {
      requestBody: {
        description: bodyLimit(route),
        required: !route.isBodyOptional,
        content: { [route.takesForm ? FORM_TYPE : 'application/json']: { schema: components.request(route.body) } },
      },
    }),
    responses: {
      ...Object.fromEntries(errorStatuses(route).map((status) => [status, failure(status)])),
      ...Object.fromEntries(statuses.map((status) => [status, success(route, components)])),
    },
  }
}

function bodyLimit({ bodySize = 'fields' }: Route): string {
  const bytes = BODY_LIMITS[bodySize]
  return bytes === null
    ? 'At most `http.body_limit_bytes` bytes.'
    : `At most ${bytes} bytes, or \`http.body_limit_bytes\` where that is less.`
}

function success(route: Route, components: Components): Schema {
  const description = route.summary
  if (route.mediaTypes) {
    const text = { schema: { type: 'string' } }
    return { description, content: Object.fromEntries(route.mediaTypes.map((type) => [type, text])) }
  }
  if (route.reply === null) return { description }
  const headers = route.hasEtag ? { headers: { ETag: { schema: { type: 'string' } } } } : {}
  return { description, ...headers, content: { 'application/json': { schema: components.reply(route.reply) } } }
}

function failure(status: number): Schema {
  const title = Object.values(ERROR_CATALOGUE).find((entry) => entry.status === status)?.title ?? 'Refused'
  return {
    description: title,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  }
}

function pathParameters(route: Route): Schema[] {
  return [...route.url.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: route.idOf && name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }))
}

function queryParameters(route: Route, components: Components): Schema[] {
  if (route.query === undefined) return []
  const { properties = {} } = components.request(route.query) as { properties?: Record<string, Schema> }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    ...(description !== undefined && { description }),
    schema,
  }))
}

function headerParameters(route: Route): Schema[] {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  })
  return [
    ...(route.hasPrecondition ? [header('If-Match', 'ETag of the version the change was made from; else 412.')] : []),
    ...(route.isIdempotent ? [header('Idempotency-Key', 'A repeated request gets the first one’s reply.')] : []),
  ]
}

function operationId({ method, url }: Route): string {
  const words = url
    .replace(/^\/api\//, '')
    .split('/')
    .filter((part) => part !== '')
  const name = words.map((word) => word.replaceAll(/[^A-Za-z0-9]+/g, '_')).join('_')
  return `${method.toLowerCase()}_${name.replaceAll(/_+/g, '_').replaceAll(/^_|_$/g, '')}`
}

/** Collects the named schemas of all routes under `components`. */
class Components {
  readonly schemas: Record<string, Schema> = {}

  /** Requests refuse unknown fields, and the document says so. */
  request(schema: z.ZodType): Schema {
    return this.#hoist(schema, false)
  }

  /** Replies may gain fields, so they are documented as open. */
  reply(schema: z.ZodType): Schema {
    return this.#hoist(schema, true)
  }

  #hoist(schema: z.ZodType, isOpen: boolean): Schema {
    const {
      $defs = {},
      $schema: _,
      ...own
    } = z.toJSONSchema(schema, { io: 'input' }) as Schema & {
      $defs?: Record<string, Schema>
    }
    for (const [name, part] of Object.entries($defs)) {
      // What requests and replies share is refused with unknown fields in requests, so it is documented as closed.
      if (!isOpen || this.schemas[componentName(name)] === undefined)
        this.schemas[componentName(name)] = tidy(part, isOpen)
    }
    return tidy(own, isOpen)
  }
}

/** Zod numbers the schemas that refer to themselves; ours is always any JSON value. */
function componentName(name: string): string {
  return name.startsWith('__schema') ? 'Json' : name
}

/** Points references at `components`, and leaves out what says nothing. */
function tidy(node: unknown, isOpen: boolean): Schema {
  return walk(node) as Schema

  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
      if (key === 'id' && typeof inner === 'string') return []
      if (key === '$ref') return [[key, `#/components/schemas/${componentName(String(inner).split('/').at(-1)!)}`]]
      if (key === 'additionalProperties' && inner === false && isOpen) return []
      if (key === 'pattern' && 'format' in value) return []
      if (key === 'minLength' && inner === 0) return []
      if ((key === 'maximum' || key === 'minimum') && Math.abs(Number(inner)) === Number.MAX_SAFE_INTEGER) return []
      return [[key, walk(inner)]]
    })
    return Object.fromEntries(entries)
  }
}
