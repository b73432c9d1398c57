import { label, say } from '@rota/core'
import type { Context } from '../context.ts'
import { CliError } from '../exit.ts'
import { fullInstant } from '../output/instant.ts'

interface Options {
  config?: string
  dryRun?: boolean
}

export async function migrate(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const { config, file } = await loadDatabaseConfig(context, options.config)
  const { url, schema } = config.database
  if (url === null) {
    const why =
      file === null
        ? say`No database.url is set; the embedded store is brought up to date at the start.`
        : say`No database.url is set in ${file}; the embedded store is brought up to date at the start.`
    throw new CliError('usage', why, [
      say`Set ROTA_DATABASE_URL, or name the server’s configuration file with --config.`,
    ])
  }
  const { migrateDatabase } = await import('@rota/engine')
  const { applied, pending } = await migrateDatabase({ url, schema, dryRun: options.dryRun === true })
  if (context.flags.json) {
    const done = applied.map(({ name, appliedAt }) => ({ name, applied_at: new Date(appliedAt).toISOString() }))
    context.json({ schema, applied: done, [options.dryRun ? 'pending' : 'newly_applied']: pending })
    return undefined
  }
  for (const { name, appliedAt } of applied) {
    if (!pending.includes(name))
      context.out(
        `${name}  ${label('applied')} ${fullInstant(new Date(appliedAt).toISOString(), context.now, context.zone)}`,
      )
  }
  for (const name of pending)
    context.out(`${name}  ${options.dryRun ? label('would be applied') : label('applied now')}`)
  const mark = context.paint('green', '✔')
  if (pending.length === 0) context.say(`${mark} ${say`The schema ${schema} is up to date.`}`)
  else if (!options.dryRun) context.say(`${mark} ${say`The schema ${schema} was brought up to date.`}`)
  return undefined
}

/** The server's own settings, so that both mean the same database. */
async function loadDatabaseConfig({ env, cwd }: Context, named: string | undefined) {
  const { loadConfig } = await import('@rota/server')
  return loadConfig(named === undefined ? {} : { config: named }, env, cwd)
}
