export { cpuMs, SCALES, type Scale, STEEPEST, steepness } from './growth.ts'
export { ManualClock, type ManualClockOptions } from './manual-clock.ts'
export { createRandom, type Random } from './random.ts'
