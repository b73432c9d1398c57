export { Cluster, type ClusterOptions, type Member } from './cluster.ts'
export { type FakedClock, fakeClock } from './faked-clock.ts'
export { fillWithTasks } from './many-tasks.ts'
export { type OwnPostgres, startPostgres } from './own-postgres.ts'
export { type OwnRedis, startRedis } from './own-redis.ts'
export { isAlive, killAllWith, killIfThere, livingWith, type ProcessId } from './processes.ts'
export {
  cleanUp,
  type Exit,
  freePort,
  type Reply,
  rota,
  type ServerOptions,
  ServerProcess,
  temporaryFolder,
} from './server-process.ts'
export { eventually } from './wait.ts'
