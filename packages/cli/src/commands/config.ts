import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { say } from '@rota/core'
import type { Context } from '../context.ts'
import { exitCode } from '../exit.ts'

const DEFAULT_FILE = 'rota.yaml'

export async function configCheck(context: Context, [named]: string[]): Promise<number | undefined> {
  const file = named ?? (context.env.ROTA_CONFIG || DEFAULT_FILE)
  const text = file === '-' ? await context.readStdin() : await readFile(resolve(context.cwd, file), 'utf8')
  const { checkConfig, formatProblem } = await import('@rota/server')
  const { problems, warnings } = checkConfig(text, context.env)
  if (context.flags.json) context.json({ file, valid: problems.length === 0, problems, warnings })
  else {
    for (const problem of problems) context.err(`${context.paint('red', '✖')} ${formatProblem(problem, file)}`)
    for (const warning of warnings) context.note(`${context.paint('yellow', '!')} ${warning}`)
    if (problems.length === 0) context.say(`${context.paint('green', '✔')} ${say`${file} is in order.`}`)
  }
  return problems.length === 0 ? 0 : exitCode('usage')
}

export async function configShow(context: Context): Promise<number | undefined> {
  const client = await context.client()
  const config = await client.config()
  if (context.flags.json) context.json(config)
  else {
    const { stringify } = await import('yaml')
    context.out(stringify(config).trimEnd())
  }
  return undefined
}
