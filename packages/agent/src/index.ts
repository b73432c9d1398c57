export { runAgent } from './main.ts'
export type { AgentFlags } from './settings.ts'
