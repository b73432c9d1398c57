import { access } from './access.ts'
import { command } from './command.ts'
import { crontab } from './crontab.ts'
import { engine } from './engine.ts'
import { errors } from './errors.ts'
import { fields } from './fields.ts'
import { help } from './help.ts'
import { imports } from './imports.ts'
import { labels } from './labels.ts'
import { launching } from './launching.ts'
import { leases } from './leases.ts'
import { library } from './library.ts'
import { options } from './options.ts'
import { output } from './output.ts'
import { overrides } from './overrides.ts'
import { programs } from './programs.ts'
import { requests } from './requests.ts'
import { runs } from './runs.ts'
import { schedule } from './schedule.ts'
import { schedules } from './schedules.ts'
import { server } from './server.ts'
import { stores } from './stores.ts'
import { summaries } from './summaries.ts'
import { words } from './words.ts'

/** The Chinese of every sentence of the product, by its English template; one file per area. */
export const CHINESE: Readonly<Record<string, string>> = {
  ...access,
  ...errors,
  ...fields,
  ...schedule,
  ...schedules,
  ...crontab,
  ...output,
  ...overrides,
  ...leases,
  ...imports,
  ...library,
  ...programs,
  ...runs,
  ...engine,
  ...stores,
  ...requests,
  ...programs,
  ...launching,
  ...server,
  ...command,
}

/** The Chinese of words that stand in the gaps of sentences; on their own they are codes and stay as they are. */
export const CHINESE_WORDS: Readonly<Record<string, string>> = words

/** The Chinese of labels, states, units and headings of the command, which are said alone. */
export const CHINESE_LABELS: Readonly<Record<string, string>> = { ...labels, ...summaries, ...options, ...help }
