import type { Clock, FieldError, Json, Timer } from '@rota/core'
import { say } from '@rota/core'
import type { Executor, Run, RunOutcome, RunRequest, RunSink } from './executor.ts'
import { checkHandlerPayload, checkHandlerShape, unknownHandler } from './handler-payload.ts'
import type { HandlerContext, HandlerRegistry } from './handler-registry.ts'
import { toResult } from './json-result.ts'
import { cancelled, endedRun, failed, SILENT_SUCCESS, succeeded } from './outcome.ts'
import { Output } from './output.ts'
import { describeThrown } from './thrown.ts'
import { settingsWithoutProgram, type WrittenSettings } from './written-settings.ts'

export interface HandlerExecutorOptions {
  clock: Clock
  /** Bytes of JSON a handler may return. */
  maxResultBytes: number
}

/** What {@link HandlerContext} tells, made so that an attempt that uses none of it costs one small object. */
class CallContext implements HandlerContext {
  readonly #request: RunRequest
  readonly #sink: RunSink
  readonly #options: HandlerExecutorOptions
  #abort: AbortController | null = null
  #output: Output | null = null

  constructor(request: RunRequest, sink: RunSink, options: HandlerExecutorOptions) {
    this.#request = request
    this.#sink = sink
    this.#options = options
  }

  get executionId(): string {
    return this.#request.executionId
  }
  get taskId(): string | null {
    return this.#request.taskId
  }
  get taskName(): string | null {
    return this.#request.taskName
  }
  get attempt(): number {
    return this.#request.attempt
  }
  get scheduledAt(): number {
    return this.#request.scheduledAt
  }
  get signal(): AbortSignal {
    this.#abort ??= new AbortController()
    return this.#abort.signal
  }

  log(text: string, stream: 'stdout' | 'stderr' = 'stdout'): void {
    const { clock, maxResultBytes } = this.#options
    const { maxLogBytes, secrets } = this.#request
    this.#output ??= new Output({ clock, sink: this.#sink, maxLogBytes, maxResultBytes, secrets })
    this.#output.write(stream, Buffer.from(`${text}\n`))
  }

  progress(percent: number, message?: string): void {
    this.#sink.progress(Math.min(100, Math.max(0, Number(percent) || 0)), message ?? null)
  }

  abort(reason: string): void {
    // Creating it here too means a signal first read later is already aborted.
    this.#abort ??= new AbortController()
    this.#abort.abort(new Error(reason))
  }

  get output(): Output | null {
    return this.#output
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/**
 * Calls registered functions on the caller's own thread. The fastest way, for functions that are trusted not to block;
 * a handler that does not stop when told to is given up on after the kill grace but cannot be killed.
 */
export class HandlerExecutor implements Executor {
  readonly type = 'handler'
  readonly #registry: HandlerRegistry
  readonly #options: HandlerExecutorOptions

  constructor(registry: HandlerRegistry, options: HandlerExecutorOptions) {
    this.#registry = registry
    this.#options = options
  }

  checkSettings(settings: WrittenSettings): FieldError[] {
    return settingsWithoutProgram('handler', settings)
  }

  async validate(payload: Record<string, Json>): Promise<FieldError[]> {
    return checkHandlerPayload(payload, this.#registry.names())
  }

  validateElsewhere(payload: Record<string, Json>): FieldError[] {
    return checkHandlerShape(payload)
  }

  start(request: RunRequest, sink: RunSink): Run {
    const name = request.payload.handler as string
    const handler = this.#registry.get(name)
    if (handler === undefined) {
      return endedRun(failed('unknown_handler', unknownHandler(name, this.#registry.names()).message))
    }
    const context = new CallContext(request, sink, this.#options)
    let returned: unknown
    try {
      returned = handler(request.params.args, request.params.kwargs, context)
    } catch (error) {
      return this.#ended(failed('error', describeThrown(error)), context)
    }
    if (isThenable(returned)) return new PendingCall(returned, request, context, this.#options)
    if (returned === undefined && context.output === null) return SILENT_SUCCESS
    return this.#ended(outcomeOf(returned, this.#options.maxResultBytes), context)
  }

  #ended(outcome: RunOutcome, context: CallContext): Run {
    return context.output ? { done: withOutput(outcome, context), cancel: () => {} } : endedRun(outcome)
  }
}

function outcomeOf(returned: unknown, maxResultBytes: number): RunOutcome {
  const reading = toResult(returned, maxResultBytes)
  if ('value' in reading) return succeeded(reading.value)
  return failed('error', say`The value the handler returned ${reading.problem}.`)
}

async function withOutput(outcome: RunOutcome, context: CallContext): Promise<RunOutcome> {
  const { output } = context
  if (!output) return outcome
  await output.finish()
  return { ...outcome, outputTail: output.tail, droppedLogBytes: output.droppedBytes }
}

/** A call whose promise is still open. */
class PendingCall implements Run {
  readonly done: Promise<RunOutcome>
  readonly #request: RunRequest
  readonly #context: CallContext
  readonly #clock: Clock
  #resolve!: (outcome: RunOutcome | PromiseLike<RunOutcome>) => void
  #stop: RunOutcome | null = null
  #timer: Timer | null = null
  #isOver = false

  constructor(
    returned: PromiseLike<unknown>,
    request: RunRequest,
    context: CallContext,
    options: HandlerExecutorOptions,
  ) {
    this.#request = request
    this.#context = context
    this.#clock = options.clock
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
    const { timeoutMs } = request
    if (timeoutMs !== null) {
      const error = say`Timed out after ${timeoutMs / 1000} s.`
      this.#timer = this.#clock.after(timeoutMs, () => this.#requestStop(failed('timeout', error)))
    }
    returned.then(
      (value) => this.#finish(this.#stop ?? outcomeOf(value, options.maxResultBytes)),
      (error) => this.#finish(this.#stop ?? failed('error', describeThrown(error))),
    )
  }

  cancel(reason: string): void {
    this.#requestStop(cancelled(reason))
  }

  #requestStop(outcome: RunOutcome): void {
    if (this.#isOver || this.#stop) return
    this.#stop = outcome
    this.#timer?.cancel()
    const { killGraceMs } = this.#request
    this.#timer = this.#clock.after(killGraceMs, () => {
      const error = say`${outcome.error ?? ''} The handler did not stop within ${killGraceMs / 1000} s and was left behind.`
      this.#finish({ ...outcome, error })
    })
    this.#context.abort(outcome.error ?? 'Stopped.')
  }

  #finish(outcome: RunOutcome): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#timer?.cancel()
    if (this.#context.output) this.#resolve(withOutput(outcome, this.#context))
    else this.#resolve(outcome)
  }
}
