import { speak } from '@rota/core'
import type { Context } from '../context.ts'

/** As the agent takes them; `type` alone, for the command loads it only when it is started. */
type Options = import('@rota/agent').AgentFlags

export async function agent(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  // What it says goes to the server, which serves people of any language.
  speak('en')
  const { runAgent } = await import('@rota/agent')
  const { data } = context.flags
  return runAgent({ ...options, ...(data === undefined ? {} : { data }) }, context.lang)
}
