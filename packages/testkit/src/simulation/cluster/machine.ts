import type { Clock, Timer } from '@rota/core'
import type { SimProcess } from '../sim-process.ts'

/** A machine whose wall clock is wrong. */
export interface Machine {
  /** What its clock says more than the true time, in ms. */
  skewMs: number
}

/** The clock of a process on a machine. */
export function machineClock(process: SimProcess, machine: Machine): Clock {
  return {
    now: () => process.now() + machine.skewMs,
    monotonic: () => process.monotonic(),
    after: (delayMs: number, fn: () => void): Timer => process.after(delayMs, fn),
  }
}
