import type { Context } from '../context.ts'

interface Options {
  port?: string
  host?: string
  config?: string
}

export async function server(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const { runServer } = await import('@rota/server')
  const { data } = context.flags
  return runServer({ ...options, ...(data === undefined ? {} : { data }) })
}
