import {
  FAILURES,
  type LogLine,
  ON_LOST,
  type Order,
  type RunOutcome,
  STRATEGIES,
  type UnfinishedLine,
} from '@rota/core'
import { z } from 'zod'
import { json, jsonObject } from './scalars.ts'

const text = z.string()
const count = z.int().min(0)
const epochMs = z.int()
const most = z.number().positive().nullable()

/** An attempt as it is handed to whoever runs it, on this machine or on another. */
export const order: z.ZodType<Order> = z.strictObject({
  executionId: text.min(1),
  attempt: z.int().min(1),
  taskId: text.nullable(),
  taskName: text.nullable(),
  scheduledAt: epochMs,
  type: text.min(1),
  payload: jsonObject,
  params: z.strictObject({ args: z.array(json), kwargs: jsonObject }),
  env: z.record(text, text),
  workingDir: text.nullable(),
  timeoutMs: z.number().positive().nullable(),
  killGraceMs: z.number().min(0),
  maxLogBytes: count,
  runAs: text.nullable().exactOptional(),
  detach: z.boolean().exactOptional(),
  encoding: text.nullable().exactOptional(),
  secrets: z.array(text).exactOptional(),
  limits: z
    .strictObject({ memory_bytes: most, cpus: most, processes: most, open_files: most })
    .nullable()
    .exactOptional(),
  workingDirs: z.array(z.array(text)).exactOptional(),
  network: z.array(z.strictObject({ allow: z.array(text).nullable(), deny: z.array(text) })).exactOptional(),
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('local') }),
    z.strictObject({
      kind: z.literal('node'),
      pool: text.nullable(),
      node_id: text.nullable(),
      selector: text.nullable(),
      capability: z.strictObject({ service: text, languages: z.array(text), model: text.nullable() }).nullable(),
      strategy: z.enum(STRATEGIES),
      queue_timeout_seconds: z.number().positive().nullable(),
      on_lost: z.enum(ON_LOST),
    }),
  ]),
  fence: z.int().min(1),
  deadline: epochMs.nullable(),
})

export const orderLine: z.ZodType<LogLine> = z.strictObject({
  at: epochMs,
  stream: z.enum(['stdout', 'stderr', 'system']),
  text,
})

export const openLine: z.ZodType<UnfinishedLine> = z.strictObject({
  stream: z.enum(['stdout', 'stderr']),
  text,
  since: epochMs,
})

export const outcome: z.ZodType<RunOutcome> = z.strictObject({
  status: z.enum(['success', 'failed', 'cancelled']),
  failure: z.enum(FAILURES).nullable(),
  exitCode: z.int().nullable(),
  signal: text.nullable(),
  error: text.nullable(),
  result: json,
  outputTail: text,
  cpuSeconds: z.number().nullable(),
  maxRssBytes: z.number().nullable(),
  droppedLogBytes: z.number(),
})

/** What is told of an order, one message after the other. */
export const reportMessage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('acked') }),
  z.strictObject({
    kind: z.literal('refused'),
    refusal: z.enum(['unsupported', 'busy', 'draining', 'late', 'stale_fence']),
    why: text,
  }),
  z.strictObject({ kind: z.literal('lines'), lines: z.array(orderLine) }),
  z.strictObject({ kind: z.literal('progress'), percent: z.number(), message: text.nullable() }),
  z.strictObject({ kind: z.literal('unfinished'), line: openLine.nullable() }),
  z.strictObject({ kind: z.literal('ended'), outcome }),
])

export type ReportMessage = z.infer<typeof reportMessage>
