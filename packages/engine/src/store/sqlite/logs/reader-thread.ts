import { workerData } from 'node:worker_threads'
import type { LogQuery } from '../../../ports/logs.ts'
import { serveThread } from '../thread.ts'
import { LogReader } from './log-reader.ts'

const reader = new LogReader(workerData.file)

const api = {
  read: ({ executionId, query, resumeAt }: { executionId: string; query: LogQuery; resumeAt: number | null }) =>
    reader.read(executionId, query, resumeAt),
  close: () => reader.close(),
}

export type ReaderApi = typeof api

serveThread(api)
