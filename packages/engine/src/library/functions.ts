import { type Clock, type Json, RotaError, say } from '@rota/core'
import {
  createHandlerRegistry,
  type Executor,
  HandlerExecutor,
  type HandlerFunction,
  HandlerRegistry,
  type Run,
  type RunOutcome,
  type RunRequest,
  type RunSink,
} from '@rota/executors'
import type { EventHub } from './events.ts'

/** What schedules with a function of their own call; the task's name says which function. */
export const SCHEDULE_HANDLER = 'scheduler:function'
/** What jobs of sources call; the first argument names the source. */
export const SOURCE_HANDLER = 'scheduler:source'

const MAX_RESULT_BYTES = 65_536

/**
 * The program's own functions: handlers by name, the functions given with schedules, the consumers of sources. As an
 * executor it runs them on this thread, and reports what they throw and what is missing.
 */
export class Functions implements Executor {
  readonly type = 'handler'
  readonly #events: EventHub
  readonly #handlers = new HandlerRegistry()
  readonly #ofSchedules = new Map<string, HandlerFunction>()
  readonly #ofSources = new Map<string, HandlerFunction>()
  readonly #runHandler: HandlerExecutor
  readonly #runOther: HandlerExecutor

  constructor(clock: Clock, events: EventHub) {
    this.#events = events
    const limits = { clock, maxResultBytes: MAX_RESULT_BYTES }
    const others = createHandlerRegistry({
      [SCHEDULE_HANDLER]: (args, kwargs, context) => this.#ofSchedules.get(context.taskName!)!(args, kwargs, context),
      [SOURCE_HANDLER]: (args, kwargs, context) => this.#ofSources.get(args[0] as string)!(args, kwargs, context),
    })
    this.#runHandler = new HandlerExecutor(this.#handlers, limits)
    this.#runOther = new HandlerExecutor(others, limits)
  }

  /** Throws `conflict` when the name is taken, `invalid` when it is malformed. */
  add(name: string, fn: HandlerFunction): void {
    this.#handlers.register(name, this.#reporting(name, fn))
  }

  /** Handlers by name. */
  names(): string[] {
    return this.#handlers.names()
  }

  /** Throws `not_found`. */
  remove(name: string): void {
    if (!this.#handlers.remove(name)) throw new RotaError('not_found', say`There is no handler ${name}.`)
  }

  /** What a schedule runs. Its result is not kept: a timer's callback may return anything. */
  addForSchedule(name: string, fn: HandlerFunction): void {
    this.#ofSchedules.set(name, this.#reporting(name, withoutResult(fn)))
  }

  removeForSchedule(name: string): void {
    this.#ofSchedules.delete(name)
  }

  addForSource(name: string, fn: HandlerFunction): void {
    this.#ofSources.set(name, this.#reporting(name, withoutResult(fn)))
  }

  removeForSource(name: string): void {
    this.#ofSources.delete(name)
  }

  async validate(payload: Record<string, Json>) {
    return isOwn(payload.handler) ? [] : this.#runHandler.validate(payload)
  }

  start(request: RunRequest, sink: RunSink): Run {
    const missing = this.#missing(request)
    if (missing === null) {
      return (isOwn(request.payload.handler) ? this.#runOther : this.#runHandler).start(request, sink)
    }
    const message = `This program does not define the ${missing}, which a stored execution calls.`
    const { executionId } = request
    this.#events.fail({ type: 'unknown_handler', name: missing, error: new Error(message), executionId })
    return { done: Promise.resolve(unknownHandler(message)), cancel: () => {} }
  }

  /** What an execution calls and nobody defined; null when it can run. */
  #missing({ payload, params, taskName }: RunRequest): string | null {
    const handler = payload.handler as string
    if (handler === SCHEDULE_HANDLER) return this.#ofSchedules.has(taskName!) ? null : `schedule ${taskName}`
    if (handler !== SOURCE_HANDLER) return this.#handlers.get(handler) ? null : `handler ${handler}`
    const source = String(params.args[0])
    return this.#ofSources.has(source) ? null : `source ${source}`
  }

  #reporting(name: string, fn: HandlerFunction): HandlerFunction {
    return (args, kwargs, context) => {
      const report = (error: unknown): never => {
        const { executionId, attempt } = context
        this.#events.fail({ type: 'handler_failed', name, error, executionId, attempt })
        throw error
      }
      let returned: unknown
      try {
        returned = fn(args, kwargs, context)
      } catch (error) {
        return report(error)
      }
      return isPromise(returned) ? returned.then(undefined, report) : returned
    }
  }
}

function withoutResult(fn: HandlerFunction): HandlerFunction {
  return (args, kwargs, context) => {
    const returned = fn(args, kwargs, context)
    if (isPromise(returned)) return returned.then(() => undefined)
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function isOwn(handler: Json | undefined): boolean {
  return handler === SCHEDULE_HANDLER || handler === SOURCE_HANDLER
}

function unknownHandler(error: string): RunOutcome {
  return {
    status: 'failed',
    failure: 'unknown_handler',
    exitCode: null,
    signal: null,
    error,
    result: null,
    outputTail: '',
    cpuSeconds: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
  }
}
