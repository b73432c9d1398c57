import type { AgentFlags } from '@rota/agent'
import { speak } from '@rota/core'
import type { Context } from '../context.ts'

export async function agent(context: Context, _args: string[], options: AgentFlags): Promise<number | undefined> {
  // What it says goes to the server, which serves people of any language.
  speak('en')
  const { runAgent } = await import('@rota/agent')
  const { data } = context.flags
  return runAgent({ ...options, ...(data === undefined ? {} : { data }) }, context.lang)
}
