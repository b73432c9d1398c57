import { resolve } from 'node:path'
import { label, say } from '@rota/core'
import type { Config } from '@rota/protocol'
import { ADMINISTRATOR, FIRST_PASSWORD_FILE } from './auth/bootstrap.ts'
import { VERSION } from './version.ts'

export interface BannerFacts {
  /** Where this machine reaches it. */
  url: string
  /** Where other machines do; none when it listens for this one only. */
  urlsElsewhere: readonly string[]
  config: Config
  file: string | null
  oneTimePassword: string | null
  isFirstStart: boolean
  warnings: readonly string[]
}

/** What a person sees at the start: where, how to get in, what to try. Passwords appear here and in no log. */
export function banner({
  url,
  urlsElsewhere,
  config,
  file,
  oneTimePassword,
  isFirstStart,
  warnings,
}: BannerFacts): string {
  const lines = ['', say`Rota ${VERSION} is running at ${url}`, fact('Data', config.data_dir)]
  if (file !== null) lines.push(fact('Config', file))
  if (config.http.docs) lines.push(fact('API docs', `${url}/docs`))
  if (isFirstStart) lines.push('', say`First start: the administrator was made.`, fact('User', ADMINISTRATOR))
  if (oneTimePassword !== null) {
    lines.push(fact('Password', oneTimePassword))
    lines.push(
      fact('', say`shown this once; also in ${`${config.data_dir}/${FIRST_PASSWORD_FILE}`} until you change it`),
    )
  } else if (isFirstStart) lines.push(fact('Password', say`as given in ROTA_ADMIN_PASSWORD`))
  const where = config.data_dir === resolve('data') ? '' : ` --data ${config.data_dir}`
  lines.push('', label('Try'), fact('', `npx rota task list${where}`))
  if (isFirstStart && config.examples) lines.push(fact('', `npx rota logs -f "Hello, Rota"${where}`))
  lines.push(fact('', `npx rota login ${url}      ${say`from another account of this machine`}`))
  for (const each of urlsElsewhere) lines.push(fact('', `npx rota login ${each}      ${say`from another machine`}`))
  if (urlsElsewhere.length === 0) {
    lines.push('', say`Other machines cannot reach it: it listens for this one only. --host 0.0.0.0 changes that.`)
  }
  for (const warning of warnings) lines.push('', `! ${warning}`)
  return `${lines.join('\n')}\n\n${say`Ctrl-C stops the server.`}\n`
}

/** Each takes two columns of a terminal. */
const HAN = /\p{Script=Han}/gu

function fact(name: string, value: string): string {
  const shown = label(name)
  const wide = shown.match(HAN)?.length ?? 0
  return `  ${shown.padEnd(10 - wide)} ${value}`
}
