import type { Executor, Run, RunOutcome, RunRequest, RunSink } from '@rota/executors'
import type { ManualClock } from '../manual-clock.ts'
import type { Random } from '../random.ts'
import type { SimProcess } from './sim-process.ts'
import type { Attempt, AttemptEnd } from './witness.ts'

export interface SimExecutorOptions {
  /** The time in which children live, also while their server is suspended. */
  base: ManualClock
  process: SimProcess
  random: Random
  onStart: (request: RunRequest) => Attempt
  onEnd: (attempt: Attempt, end: AttemptEnd) => void
}

/** Runs nothing: attempts last some virtual time, then succeed, fail, time out, or ignore being cancelled. */
export function createSimExecutor(options: SimExecutorOptions): Executor & { kill(): void } {
  const { base, process, random } = options
  const children = new Set<() => void>()

  function start(request: RunRequest, sink: RunSink): Run {
    const attempt = options.onStart(request)
    const { longestMs = 1000, failing = 0 } = request.payload as { longestMs?: number; failing?: number }
    const breakdown = random.next()
    if (breakdown < 0.003) {
      options.onEnd(attempt, 'failed')
      throw new Error('the plug-in is broken')
    }
    if (random.chance(0.1)) sink.lines([{ at: base.now(), stream: 'stdout', text: 'a line' }])
    const lastsMs = random.int(0, longestMs)
    const isStubborn = random.chance(0.2)
    let settle: (outcome: RunOutcome) => void
    let fail: (error: Error) => void
    const done = new Promise<RunOutcome>((resolve, reject) => {
      settle = resolve
      fail = reject
    })

    function end(outcome: RunOutcome, how: AttemptEnd) {
      timer.cancel()
      children.delete(killed)
      options.onEnd(attempt, how)
      process.run(() => (breakdown > 0.997 ? fail(new Error('the plug-in broke down')) : settle(outcome)))
    }

    const { timeoutMs } = request
    const endings = () => {
      if (timeoutMs !== null && lastsMs > timeoutMs) return end(outcomeOf('failed', 'timeout'), 'failed')
      if (breakdown > 0.997) return end(outcomeOf('failed', 'error'), 'failed')
      return random.chance(failing)
        ? end({ ...outcomeOf('failed', 'exit_code'), exitCode: 1 }, 'failed')
        : end({ ...outcomeOf('success', null), result: lastsMs }, 'success')
    }
    const graceMs = isStubborn ? request.killGraceMs : 0
    const endsIn = timeoutMs !== null && lastsMs > timeoutMs ? timeoutMs + graceMs : lastsMs
    let timer = base.after(endsIn, endings)
    const endsAt = base.monotonic() + endsIn

    function killed() {
      timer.cancel()
      options.onEnd(attempt, 'killed')
    }
    children.add(killed)

    let isCancelled = false
    return {
      done,
      cancel() {
        if (isCancelled || attempt.end !== null) return
        isCancelled = true
        const inMs = Math.min(isStubborn ? request.killGraceMs : 50, endsAt - base.monotonic())
        timer.cancel()
        timer = base.after(inMs, () => end(outcomeOf('cancelled', null), 'cancelled'))
      },
    }
  }

  return {
    type: 'simulated',
    validate: async () => [],
    start,
    /** The server is gone, and all its children with it. */
    kill() {
      for (const child of children) child()
      children.clear()
    },
  }
}

function outcomeOf(status: RunOutcome['status'], failure: RunOutcome['failure']): RunOutcome {
  return {
    status,
    failure,
    exitCode: null,
    signal: null,
    error: status === 'failed' ? `it failed: ${failure}` : null,
    result: null,
    outputTail: '',
    cpuSeconds: 0.001,
    maxRssBytes: 1024,
    droppedLogBytes: 0,
  }
}
