/** Processes of the benchmark `dispatch` that are asked for one thing after the other. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Child {
  pid: number
  /** Rejects with the child's own words when it cannot, or when it ends before it has answered. */
  ask<Answer>(verb: string, about?: unknown): Promise<Answer>
  end(): Promise<void>
}

interface Question {
  id: number
  verb: string
  about: unknown
}
type Reply = { id: number; answer: unknown } | { id: number; failure: string }

const GRACE_MS = 5_000

/** Starts `bench/FILE`, which answers questions by {@link answerQuestions}. */
export function startChild(file: string, execArgv: string[] = []): Child {
  const child = fork(join(import.meta.dirname, file), [], { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  let serial = 0
  child.on('message', (reply: Reply) => {
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('failure' in reply) asked?.reject(new Error(`${file}: ${reply.failure}`))
    else asked?.resolve(reply.answer)
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of waiting.values())
      reject(new Error(`${file} ended (${code ?? signal}) before it answered.`))
    waiting.clear()
  })
  return {
    pid: child.pid!,
    ask: <Answer>(verb: string, about: unknown = null) =>
      new Promise<Answer>((resolve, reject) => {
        if (!child.connected) return reject(new Error(`${file} is not there any more.`))
        const question: Question = { id: ++serial, verb, about }
        waiting.set(question.id, { resolve: (answer) => resolve(answer as Answer), reject })
        child.send(question)
      }),
    end: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  if (child.connected) child.disconnect()
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  await ended
  clearTimeout(timer)
}

/** The child's side: what it answers by verb; `close` when nobody asks any more. */
export function answerQuestions(
  verbs: Record<string, (about: never) => unknown>,
  close: () => unknown = () => undefined,
): void {
  process.on('message', async ({ id, verb, about }: Question) => {
    try {
      process.send!({ id, answer: (await verbs[verb]!(about as never)) ?? null })
    } catch (error) {
      process.send!({ id, failure: (error as Error).stack ?? String(error) })
    }
  })
  process.on('disconnect', async () => {
    await close()
    process.exit(0)
  })
}
