/** Entry of a handler pool's worker thread: loads the plug-in module and runs what it is sent. */

import { AsyncLocalStorage } from 'node:async_hooks'
import { format } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { say } from '@rota/core/threads'
import type { CallEvent, CallMessage, FromWorker, ToWorker, WorkerSetup } from './handler-messages.ts'
import type { HandlerContext, HandlerFunction } from './handler-registry.ts'
import { toResult } from './json-result.ts'
import { describeThrown } from './thrown.ts'

const { module: moduleUrl, maxResultBytes } = workerData as WorkerSetup
const port = parentPort!
const aborts = new Map<number, AbortController>()
const currentCall = new AsyncLocalStorage<CallContext>()
let outbox: CallEvent[] = []

function post(message: FromWorker): void {
  port.postMessage(message)
}

/** Events of one turn travel together: a message costs more than what it carries. */
function emit(event: CallEvent): void {
  if (outbox.length === 0) {
    queueMicrotask(() => {
      const events = outbox
      outbox = []
      post({ kind: 'events', events })
    })
  }
  outbox.push(event)
}

class CallContext implements HandlerContext {
  readonly #call: CallMessage

  constructor(call: CallMessage) {
    this.#call = call
  }

  get executionId(): string {
    return this.#call.executionId
  }
  get taskId(): string | null {
    return this.#call.taskId
  }
  get taskName(): string | null {
    return this.#call.taskName
  }
  get attempt(): number {
    return this.#call.attempt
  }
  get scheduledAt(): number {
    return this.#call.scheduledAt
  }
  get signal(): AbortSignal {
    return aborts.get(this.#call.id)?.signal ?? AbortSignal.abort()
  }

  log(text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    emit({ kind: 'log', id: this.#call.id, stream, text: String(text) })
  }

  progress(percent: number, message?: string): void {
    emit({ kind: 'progress', id: this.#call.id, percent: Number(percent) || 0, message: message ?? null })
  }
}

/** What a handler writes to the console belongs in its execution's log. */
function captureConsole(): void {
  const streams = { log: 'stdout', info: 'stdout', debug: 'stdout', warn: 'stderr', error: 'stderr' } as const
  for (const [method, stream] of Object.entries(streams) as [keyof typeof streams, 'stdout' | 'stderr'][]) {
    const original = console[method].bind(console)
    console[method] = (...values: unknown[]) => {
      const context = currentCall.getStore()
      if (context) context.log(format(...values), stream)
      else original(...values)
    }
  }
}

async function run(handlers: ReadonlyMap<string, HandlerFunction>, call: CallMessage): Promise<void> {
  const handler = handlers.get(call.name)
  if (!handler) {
    emit({ kind: 'unknown', id: call.id })
    return
  }
  aborts.set(call.id, new AbortController())
  const context = new CallContext(call)
  try {
    const returned = await currentCall.run(context, () => handler(call.args, call.kwargs, context))
    const reading = toResult(returned, maxResultBytes)
    if ('value' in reading) emit({ kind: 'returned', id: call.id, result: reading.value })
    else emit({ kind: 'threw', id: call.id, error: say`The value the handler returned ${reading.problem}.` })
  } catch (error) {
    emit({ kind: 'threw', id: call.id, error: describeThrown(error) })
  } finally {
    aborts.delete(call.id)
  }
}

/** The module exports functions by name, in `handlers` or as its default export: an object, or a registry. */
function readHandlers(exports: Record<string, unknown>): Map<string, HandlerFunction> {
  const source = exports.handlers ?? exports.default
  if (typeof source !== 'object' || source === null) {
    throw new TypeError(say`It must export \`handlers\`, an object of functions.`)
  }
  const isRegistry = 'names' in source && typeof source.names === 'function' && 'get' in source
  const registry = source as { names(): string[]; get(name: string): HandlerFunction }
  const entries = isRegistry
    ? registry.names().map((name): [string, unknown] => [name, registry.get(name)])
    : Object.entries(source)
  for (const [name, fn] of entries)
    if (typeof fn !== 'function') throw new TypeError(say`Handler ${name} is no function.`)
  return new Map(entries as [string, HandlerFunction][])
}

captureConsole()
try {
  const handlers = readHandlers(await import(moduleUrl))
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'calls') for (const call of message.calls) void run(handlers, call)
    else if (message.kind === 'abort') aborts.get(message.id)?.abort(new Error(message.reason))
    else post({ kind: 'pong' })
  })
  post({ kind: 'ready', names: [...handlers.keys()] })
} catch (error) {
  post({ kind: 'unusable', error: describeThrown(error) })
}
