import { endpointTable } from './http/endpoint-table.ts'
import { openapiDocument } from './http/openapi.ts'
import { allRoutes } from './routes/index.ts'

export { createServer, type Server, type ServerOptions } from './compose.ts'
export { type ConfigFlags, checkConfig, formatProblem, loadConfig } from './config/load.ts'
export { configReference } from './config/reference.ts'
export type { ConfigProblem } from './config/source.ts'
export { examine, type Finding } from './doctor.ts'
export { EXIT, StartFailure } from './failure.ts'
export { createLogger } from './logger.ts'
export { runServer } from './main.ts'

/** The tables of docs/reference/api.md: every endpoint. */
export function apiReference(): string {
  return endpointTable(allRoutes({ hasPublicMetrics: false }))
}

/** The OpenAPI document, from which the web interface's client types are made. */
export function openapi(): Record<string, unknown> {
  return openapiDocument(allRoutes({ hasPublicMetrics: false }))
}
