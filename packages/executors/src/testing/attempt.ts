/** What the tests of executors share: a request with defaults, and a sink that remembers. */
import type { Json } from '@rota/core'
import type { LogLine, RunRequest, RunSink } from '../executor.ts'

/** A request for a first attempt, with everything a test does not care about filled in. */
export function attempt(payload: Record<string, Json>, more: Partial<RunRequest> = {}): RunRequest {
  return {
    executionId: '0198c0de-0000-7000-8000-000000000001',
    attempt: 1,
    taskId: '0198c0de-0000-7000-8000-000000000002',
    taskName: 'nightly',
    scheduledAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    payload,
    params: { args: [], kwargs: {} },
    env: {},
    workingDir: null,
    // A net under each test: a run that hangs ends as `timeout`, which no test expects by accident.
    timeoutMs: 15_000,
    killGraceMs: 200,
    maxLogBytes: 1_000_000,
    ...more,
  }
}

/** Keeps all lines and progress; resolves {@link seen} when a line that matches arrives. */
export class RecordingSink implements RunSink {
  readonly received: LogLine[] = []
  readonly reports: [number, string | null][] = []
  readonly #waiting: { pattern: RegExp; resolve: (line: string) => void }[] = []

  lines(batch: LogLine[]): boolean {
    for (const line of batch) {
      this.received.push(line)
      for (const { pattern, resolve } of this.#waiting) if (pattern.test(line.text)) resolve(line.text)
    }
    return true
  }

  drained(): Promise<void> {
    return Promise.resolve()
  }

  progress(percent: number, message: string | null): void {
    this.reports.push([percent, message])
  }

  /** The text of the first line that matches, now or later. */
  seen(pattern: RegExp): Promise<string> {
    const line = this.received.find(({ text }) => pattern.test(text))
    if (line) return Promise.resolve(line.text)
    return new Promise((resolve) => this.#waiting.push({ pattern, resolve }))
  }

  texts(stream: LogLine['stream']): string[] {
    return this.received.filter((line) => line.stream === stream).map((line) => line.text)
  }
}
