import { speak } from '@rota/core'
import type { Context } from '../context.ts'

interface Options {
  port?: string
  host?: string
  config?: string
}

export async function server(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  // It serves people of any language: what it says is translated for each where it reaches them.
  speak('en')
  const { runServer } = await import('@rota/server')
  const { data } = context.flags
  return runServer({ ...options, ...(data === undefined ? {} : { data }) }, context.lang)
}
