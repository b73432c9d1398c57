import { z } from 'zod'
import { chosenTenant, instant, text } from './scalars.ts'
import { strict } from './strict.ts'

export const logStream = z.enum(['stdout', 'stderr', 'system']).meta({ id: 'LogStream' })

export const logLevel = z.enum(['info', 'error', 'system']).meta({
  id: 'LogLevel',
  description: 'Follows the stream: `info` is stdout, `error` is stderr, `system` is Rota itself.',
})

export const logLine = z
  .strictObject({
    no: z.int().meta({ description: 'Number within the execution, from 0 over all attempts.' }),
    timestamp: instant,
    stream: logStream,
    level: logLevel,
    attempt: z.int(),
    message: z.string(),
  })
  .meta({ id: 'LogLine' })

export const unfinishedLine = z
  .strictObject({
    stream: z.enum(['stdout', 'stderr']),
    message: z.string().meta({ description: 'What a terminal would show of it; of a long one the end.' }),
    since: instant.meta({ description: 'When its last bytes came.' }),
  })
  .meta({ id: 'UnfinishedLine', description: 'A line of output that its program has not ended yet.' })

export const logQuery = strict({
  from: z.int().min(0).exactOptional().meta({ description: 'First line number wanted.' }),
  limit: z.int().min(1).max(10_000).exactOptional().meta({ description: 'Lines, default 1,000.' }),
  tail: z.int().min(1).max(10_000).exactOptional().meta({ description: 'Lines counted from the end instead.' }),
  stream: logStream.exactOptional(),
  level: logLevel.exactOptional(),
  q: text(200).exactOptional().meta({ description: 'Literal text, without regard to case.' }),
})

export const logPage = z
  .strictObject({
    logs: z.array(logLine),
    total: z.int(),
    next: z.int().nullable().meta({ description: '`from` of the next page; null when all has been looked at.' }),
  })
  .meta({
    id: 'LogPage',
    description:
      '`total` counts the stored lines, whether they match or not. A page of a search may be short, even empty.',
  })

export const logStreamQuery = strict({
  from: z
    .int()
    .min(0)
    .exactOptional()
    .meta({ description: 'First line number wanted; `Last-Event-ID` goes before it.' }),
  tenant: chosenTenant,
})

export const logExportQuery = strict({
  format: z.enum(['text', 'ndjson']).exactOptional(),
  timestamps: z.boolean().exactOptional().meta({ description: 'Instant and stream before each line of text.' }),
  tenant: chosenTenant,
})

export type LogEntry = z.output<typeof logLine>
