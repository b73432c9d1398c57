import { access } from './access.ts'
import { agent } from './agent.ts'
import type { Area } from './area.ts'
import { audit } from './audit.ts'
import { command } from './command.ts'
import { crontab } from './crontab.ts'
import { dispatch } from './dispatch.ts'
import { engine } from './engine.ts'
import { errors } from './errors.ts'
import { explain } from './explain.ts'
import { fields } from './fields.ts'
import { grants } from './grants.ts'
import { help } from './help.ts'
import { imports } from './imports.ts'
import { labels } from './labels.ts'
import { launching } from './launching.ts'
import { leases } from './leases.ts'
import { library } from './library.ts'
import { nodes } from './nodes.ts'
import { options } from './options.ts'
import { output } from './output.ts'
import { overrides } from './overrides.ts'
import { placement } from './placement.ts'
import { policies } from './policies.ts'
import { programs } from './programs.ts'
import { requests } from './requests.ts'
import { runs } from './runs.ts'
import { schedule } from './schedule.ts'
import { schedules } from './schedules.ts'
import { secrets } from './secrets.ts'
import { server } from './server.ts'
import { signIn } from './sign-in.ts'
import { stores } from './stores.ts'
import { summaries } from './summaries.ts'
import { tenants } from './tenants.ts'
import { words } from './words.ts'

/** What is said, by areas. Of a sentence that two of them have the later one counts. */
const AREAS: readonly Area[] = [
  { sentences: access },
  { sentences: errors },
  { sentences: fields },
  { sentences: schedule },
  { sentences: schedules },
  { sentences: crontab },
  { sentences: output },
  { sentences: overrides },
  { sentences: leases },
  { sentences: imports },
  { sentences: library },
  { sentences: programs },
  { sentences: runs },
  { sentences: engine },
  { sentences: stores },
  { sentences: requests },
  { sentences: launching },
  { sentences: server },
  { sentences: command },
  { sentences: explain },
  { words },
  { labels },
  { labels: summaries },
  { labels: options },
  { labels: help },
  grants,
  secrets,
  policies,
  signIn,
  audit,
  tenants,
  nodes,
  agent,
  placement,
  dispatch,
]

const gather = (part: keyof Area): Readonly<Record<string, string>> =>
  Object.assign({}, ...AREAS.map((area) => area[part]))

/** The Chinese of every sentence of the product, by its English template. */
export const CHINESE = gather('sentences')
/** The Chinese of words that stand in the gaps of sentences; on their own they are codes and stay as they are. */
export const CHINESE_WORDS = gather('words')
/** The Chinese of labels, states, units and headings of the command, which are said alone. */
export const CHINESE_LABELS = gather('labels')
