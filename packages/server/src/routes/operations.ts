import { say } from '@rota/core'
import { effectiveConfig as configSchema, health, openapi, readiness, status } from '@rota/protocol'
import { effectiveConfig } from '../config/effective.ts'
import { requireAbove } from '../principal.ts'
import { type AnyRoute, defineRoute } from '../route.ts'
import type { Services } from '../services.ts'

const common = { method: 'GET', tag: 'Operations' } as const

const healthRoute = defineRoute({
  ...common,
  url: '/health',
  needs: 'public',
  summary: 'Does the process answer',
  reply: health,
  isUnlimited: true,
  handler: ({ services }) => ({ status: 'ok', ...identify(services) }),
})

const ready = defineRoute({
  ...common,
  url: '/ready',
  needs: 'public',
  summary: 'Is work taken and started',
  description: '503 while starting, draining, when the store cannot be written, or when programs cannot be started.',
  reply: readiness,
  otherStatuses: [503],
  isUnlimited: true,
  handler: ({ services, reply }) => {
    const { state, reason } = stateOf(services)
    const cannotStart = services.programTrouble() !== null
    const isReady = state === 'running' && !cannotStart
    if (!isReady) reply.code(503)
    return {
      ready: isReady,
      state,
      reason:
        cannotStart && state === 'running' ? say`Programs cannot be started on this server; its log says why.` : reason,
    }
  },
})

const statusRoute = defineRoute({
  ...common,
  url: '/status',
  needs: { may: 'view', on: 'node' },
  summary: 'What the scheduler is doing',
  reply: status,
  handler: async ({ services, principal }) => {
    requireAbove(principal)
    const now = services.engine.status()
    const instances = await services.engine.instances()
    const { tasks, pending, running, oldest_waiting_ms } = await services.engine.gauges()
    return {
      ...identify(services),
      scheduler: { kind: now.store.kind === 'postgres' ? 'cluster' : 'embedded', ...stateOf(services) },
      instances: instances.map((one) => ({ ...one, is_this: one.id === now.instance_id })),
      counts: { tasks, pending, running, oldest_waiting_ms },
      lateness_ms: now.lateness_ms,
      event_loop_delay_ms: now.event_loop_delay_ms,
      store: now.store,
      clock_behind: now.clock_behind,
      hot_state: hotState(services),
    }
  },
})

const config = defineRoute({
  ...common,
  url: '/api/scheduler/config',
  needs: { may: 'manage', on: 'configuration' },
  summary: 'The configuration in force, without secrets',
  reply: configSchema,
  handler: ({ services }) => effectiveConfig(services.config),
})

const metrics = (url: string, isPublic: boolean) =>
  defineRoute({
    ...common,
    url,
    needs: isPublic ? 'public' : { may: 'view', on: 'node' },
    summary: 'Prometheus metrics',
    reply: null,
    mediaTypes: ['text/plain'],
    isUnlimited: true,
    handler: async (call) => {
      const { services, reply } = call
      if (!isPublic) requireAbove(call.principal)
      return reply.header('Content-Type', services.metrics.contentType).send(await services.metrics.text())
    },
  })

const document = defineRoute({
  ...common,
  url: '/openapi.json',
  needs: 'public',
  summary: 'The OpenAPI 3.1 document',
  reply: openapi,
  isUnlimited: true,
  handler: async ({ request, reply }) =>
    reply.header('Content-Type', 'application/json; charset=utf-8').send(await request.server.openapiText()),
})

/** The engine works a little before anybody could sign in on a first start. */
function stateOf({ engine, isStarted, programTrouble }: Services) {
  const { state, reason: own } = engine.status()
  const reason = own ?? programTrouble()
  return { state: state === 'running' && !isStarted() ? ('starting' as const) : state, reason }
}

function hotState({ hot }: Services) {
  const { kind, location, trouble } = hot.status()
  return { kind, location, trouble }
}

function identify({ version, clock, config: { environment } }: Services) {
  return { service: 'rota', version, timestamp: new Date(clock.now()).toISOString(), environment }
}

/** Metrics are open to anybody only where the configuration says so. */
export function operationRoutes(hasPublicMetrics: boolean): AnyRoute[] {
  const scraped = ['/metrics', '/api/scheduler/metrics'].map((url) => metrics(url, hasPublicMetrics))
  return [healthRoute, ready, statusRoute, config, ...scraped, document]
}
