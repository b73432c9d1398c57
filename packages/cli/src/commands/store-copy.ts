import { resolve } from 'node:path'
import { label, say } from '@rota/core'
import type { Context } from '../context.ts'
import { usage } from '../exit.ts'
import { figure } from '../output/figure.ts'
import { startProgress } from '../output/progress.ts'

interface Options {
  from?: string
  to?: string
  schema?: string
}

export async function storeCopy(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const { from, to, schema = 'rota' } = options
  if (from === undefined || to === undefined)
    throw usage(say`--from and --to are needed: a data directory or a URL each.`)
  const engine = await import('@rota/engine')
  const place = (text: string) => ({ url: urlOf(context, text), schema })
  const source = isDatabase(from)
    ? await engine.openSchemaForReading(place(from))
    : engine.openDirectoryForReading(resolve(context.cwd, from), context.now)
  try {
    const target = isDatabase(to)
      ? await engine.openSchemaForWriting(place(to))
      : engine.openDirectoryForWriting(resolve(context.cwd, to), context.now)
    const progress = startProgress(context, label('Copying'))
    try {
      const tables = await engine.copyStore(source, target, (done, table) => progress.set(done, table))
      progress.end()
      report(context, tables)
    } finally {
      progress.end()
      await target.close()
    }
  } finally {
    await source.close()
  }
  return undefined
}

/** `env:NAME` keeps the password out of the list of processes. */
const isDatabase = (text: string) => /^(postgres(ql)?:\/\/|env:)/.test(text)

function urlOf({ env }: Context, text: string): string {
  if (!text.startsWith('env:')) return text
  const name = text.slice('env:'.length)
  const url = env[name]
  if (url === undefined || url === '') throw usage(say`The variable ${name} is not set.`)
  return url
}

function report(context: Context, tables: { name: string; rows: number; sha256: string; changed: number }[]) {
  if (context.flags.json) return context.json({ tables })
  for (const { name, rows, sha256 } of tables) {
    context.out(`${name.padEnd(20)} ${figure(rows).padStart(14)}  ${sha256.slice(0, 16)}`)
  }
  const total = tables.reduce((sum, table) => sum + table.rows, 0)
  const changed = tables.reduce((sum, table) => sum + table.changed, 0)
  context.say(`${context.paint('green', '✔')} ${say`${figure(total)} rows copied, read again and found the same.`}`)
  if (changed > 0)
    context.note(say`In ${figure(changed)} of them characters were replaced that PostgreSQL cannot keep (NUL).`)
  context.note(say`Keys are not copied: everybody signs in again, API tokens go on.`)
}
