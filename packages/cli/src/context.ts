import type { Client } from '@rota/sdk'
import { jsonText } from './output/json.ts'
import { createPaint, type Paint } from './output/paint.ts'
import type { Terminal } from './terminal.ts'

/** Flags that every command takes. */
export interface GlobalFlags {
  url?: string
  data?: string
  json?: boolean
  quiet?: boolean
  color?: boolean
  lang?: string
  tenant?: string
}

export type Language = 'en' | 'zh'

/** What a command works with. */
export interface Context extends Terminal {
  flags: GlobalFlags
  lang: Language
  paint: Paint
  /** Epoch ms; taken once, so that one output shows one "now". */
  now: number
  /** A client of the server that flags, environment, login or data directory point to. */
  client(): Promise<Client>
  /** Prints one JSON document. */
  json(value: unknown): void
  /** Prints one JSON document on one line, where several stream. */
  jsonLine(value: unknown): void
  /** Prints a line that says what was done; silent with --quiet. */
  say(text: string): void
  /** Prints a remark on stderr; silent with --quiet. */
  note(text: string): void
}

/** `connect` makes the client when a command first asks for it. */
export function createContext(
  terminal: Terminal,
  flags: GlobalFlags,
  connect: (context: Context) => Promise<Client>,
): Context {
  let client: Promise<Client> | undefined
  const colour = flags.color !== false && wantsColour(terminal)
  const context: Context = {
    ...terminal,
    flags,
    lang: languageFor(flags.lang, terminal.env),
    paint: createPaint(colour),
    now: terminal.clock.now(),
    client: () => {
      client ??= connect(context)
      return client
    },
    json: (value) => terminal.out(jsonText(value, terminal.outIsTty ? 2 : undefined)),
    jsonLine: (value) => terminal.out(jsonText(value)),
    say: (text) => {
      if (!flags.quiet) terminal.out(text)
    },
    note: (text) => {
      if (!flags.quiet) terminal.err(text)
    },
  }
  return context
}

/** https://no-color.org and https://force-color.org; otherwise colours where one stream is a terminal. */
function wantsColour({ env, outIsTty, errIsTty }: Terminal): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0'
  return (outIsTty || errIsTty) && env.TERM !== 'dumb'
}

/** The language of `--lang`, else of the environment: ROTA_LANG, then what the locale says. */
export function languageFor(flag: string | undefined, env: Terminal['env']): Language {
  const wanted = flag ?? (env.ROTA_LANG || env.LC_ALL || env.LC_MESSAGES || env.LANG || 'en')
  return wanted.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}
