export { check, report } from './check.ts'
export { dueInstants } from './due-instants.ts'
export * from './history.ts'
export { picture } from './picture.ts'
