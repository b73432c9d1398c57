import { z } from 'zod'
import { covers, executionStatus } from './execution.ts'
import { historyBeginsAt, instant, instantOrDate, pageQuery, sentence, text } from './scalars.ts'
import { strict } from './strict.ts'

export const ledgerAnswer = z
  .enum(['pending', 'running', 'ran', 'late', 'skipped', 'merged', 'missed'])
  .meta({ id: 'LedgerAnswer', description: 'What became of a due instant.' })

export const ledgerEntry = z
  .strictObject({
    task_id: z.string(),
    task_name: z.string(),
    due_at: instant.meta({ description: 'The due instant; for a range its last.' }),
    jittered_at: instant.nullable().meta({
      description: 'When it was to start: the due instant and what jitter adds; null for what was merged away.',
    }),
    answer: ledgerAnswer,
    reason: sentence().nullable(),
    status: executionStatus.nullable(),
    execution_id: z.string().nullable(),
    lateness_ms: z.number().nullable(),
    covers,
  })
  .meta({ id: 'LedgerEntry' })

export const ledgerQuery = strict({
  task_id: text(64).exactOptional(),
  from: instantOrDate.exactOptional(),
  to: instantOrDate.exactOptional(),
  answer: ledgerAnswer.exactOptional(),
  limit: pageQuery.limit,
  cursor: pageQuery.cursor,
})

export const ledgerPage = z
  .strictObject({
    entries: z.array(ledgerEntry),
    next_cursor: z.string().nullable(),
    history_begins_at: historyBeginsAt,
    pruned: z
      .strictObject({
        answers: z.int().meta({ description: 'Due instants whose answers went.' }),
        from: instant.meta({ description: 'The first due instant of what went.' }),
        through: instant.meta({ description: 'The last one.' }),
      })
      .nullable()
      .meta({ description: 'What retention has removed, of this task or of all. What people deleted is not counted.' }),
  })
  .meta({ id: 'LedgerPage' })
