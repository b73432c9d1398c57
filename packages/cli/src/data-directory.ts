import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { say } from '@rota/core'
import type { Context } from './context.ts'
import { CliError } from './exit.ts'

/** The data directory that `--data`, `ROTA_DATA_DIR` or the default means; absolute. */
export function dataDirectory({ flags, env, cwd }: Context): string {
  return resolve(cwd, flags.data ?? (env.ROTA_DATA_DIR || 'data'))
}

/** Throws CliError `notFound` when a server has never worked in the directory. `stateFile` is what it would hold. */
export async function requireData(folder: string, stateFile: string): Promise<void> {
  if ((await stat(join(folder, stateFile)).catch(() => null)) !== null) return
  throw new CliError('notFound', say`${folder} is not the data directory of a server.`, [
    say`Name it with --data or ROTA_DATA_DIR; the command works on the server’s own machine.`,
  ])
}
