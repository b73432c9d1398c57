import { workerData } from 'node:worker_threads'
import { systemClock } from '@rota/core/threads'
import { serveThread } from '../thread.ts'
import type { Batch } from './chunk.ts'
import { LogWriter } from './log-writer.ts'

const writer = new LogWriter({ ...workerData, clock: systemClock })

const api = {
  write: (batches: Batch[]) => writer.write(batches),
  count: (executionId: string) => writer.count(executionId),
  remove: (executionIds: string[]) => writer.remove(executionIds),
  replaceDamaged: () => writer.replaceDamaged(),
  close: () => writer.close(),
}

export type WriterApi = typeof api

serveThread(api)
