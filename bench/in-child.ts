/** Runs a function of a benchmark in a process of its own, so that neither memory nor a busy loop spills over. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface ChildOptions {
  /** Options of Node itself, e.g. `--expose-gc`. */
  execArgv?: string[]
}

/**
 * Calls the export `name` of `file` with `args` in a new process, and answers what it returns; both must be JSON.
 * Rejects when the child fails; its own words are on stderr then.
 */
export async function inChild<Result>(
  file: string,
  name: string,
  args: unknown[],
  { execArgv = [] }: ChildOptions = {},
): Promise<Result> {
  const child = fork(join(import.meta.dirname, 'child-main.ts'), [file, name, JSON.stringify(args)], {
    execArgv,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let result: { value: Result } | null = null
  child.on('message', (message) => {
    result = message as { value: Result }
  })
  const [code] = await once(child, 'exit')
  if (result === null) throw new Error(`${name} ended with exit code ${code} before it had a result.`)
  return (result as { value: Result }).value
}
