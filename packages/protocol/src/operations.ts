import { z } from 'zod'
import { instant, jsonObject, sentence } from './scalars.ts'

const spread = z.strictObject({ p50: z.number(), p99: z.number(), max: z.number() }).nullable()

export const health = z
  .strictObject({
    status: z.literal('ok'),
    service: z.literal('rota'),
    version: z.string(),
    timestamp: instant,
    environment: z.string(),
  })
  .meta({ id: 'Health', description: 'The process answers.' })

export const readiness = z
  .strictObject({ ready: z.boolean(), state: z.string(), reason: sentence().nullable() })
  .meta({ id: 'Readiness', description: 'Whether work is taken and started.' })

export const status = z
  .strictObject({
    service: z.literal('rota'),
    version: z.string(),
    environment: z.string(),
    timestamp: instant,
    scheduler: z.strictObject({
      kind: z.string().meta({ description: '`embedded` or `cluster`.' }),
      state: z.enum(['starting', 'running', 'draining', 'stopped', 'degraded']),
      reason: sentence().nullable(),
    }),
    instances: z.array(
      z.strictObject({
        id: z.string(),
        hostname: z.string(),
        pid: z.int(),
        version: z.string(),
        state: z.enum(['starting', 'running', 'draining', 'stopped', 'degraded', 'gone']).meta({
          description: '`gone`: it is silent for longer than its lease, and its work is taken over.',
        }),
        started_at: instant,
        heartbeat_at: instant,
        running: z.int(),
        waiting: z.int(),
        is_this: z.boolean().meta({ description: 'Whether it is the one that answers.' }),
      }),
    ),
    counts: z.strictObject({
      tasks: z.int(),
      pending: z.int(),
      running: z.int(),
      oldest_waiting_ms: z.number().nullable(),
    }),
    lateness_ms: spread,
    event_loop_delay_ms: spread,
    store: z.strictObject({ kind: z.string(), location: z.string() }),
    clock_behind: z.strictObject({ ms: z.number(), noticed_at: instant }).nullable().meta({
      description:
        'The clock was set back, and is so much behind what it has shown before. Until it has caught up, nothing is planned that was planned already.',
    }),
    hot_state: z
      .strictObject({ kind: z.string(), location: z.string(), trouble: sentence().nullable() })
      .meta({ description: 'What instances share beside the store. While it has trouble, work goes on.' }),
  })
  .meta({ id: 'Status' })

/** The effective configuration: the file's own sections, and by their flat names what placement will take. */
export const effectiveConfig = z
  .looseObject({
    scheduling_algorithm: z.string(),
    load_balance_enabled: z.boolean(),
    max_devices_per_node: z.int(),
    auto_scaling_enabled: z.boolean(),
    health_check_enabled: z.boolean(),
    cpu_threshold: z.number(),
    memory_threshold: z.number(),
    disk_threshold: z.number(),
    scale_up_threshold: z.number(),
    scale_down_threshold: z.number(),
  })
  .meta({ id: 'EffectiveConfig', description: 'What is in force, without secrets.' })

export const openapi = jsonObject.meta({ description: 'This document.' })
