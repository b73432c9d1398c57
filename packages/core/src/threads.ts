/**
 * What worker threads need of the core. They import this instead of the whole: a thread loads its modules anew, and all
 * of the core takes it 200 ms of processor time.
 */
export { type Clock, systemClock, type Timer } from './clock.ts'
export { type ErrorCode, RotaError } from './errors.ts'
export { say } from './language/say.ts'
