import { withoutTrailing } from '../trailing.ts'

/** Commands that only prepare or guard the one that does the work. */
const PREPARATIONS = new Set([
  'test',
  '[',
  '[[',
  'cd',
  'if',
  'command',
  'sleep',
  'export',
  'set',
  'true',
  ':',
  'umask',
  'exec',
])
/** Commands that run the one behind them. */
const WRAPPERS = new Set(['nice', 'ionice', 'nohup', 'timeout', 'time', 'sudo', 'env', 'chronic', 'flock', 'setsid'])
/** Longest slug; longer ones are cut at a word. */
const LONGEST_SLUG = 40

/** A file name may have 255 bytes; a task's name should stay readable. */
const LONGEST_STEM = 80
/** A slug needs the beginning of a command only. */
const LONGEST_READ = 2000

/** What a task is called after: its file, and its command in two lengths. */
export interface NameSource {
  /** Base name of the file, or the user. */
  base: string
  command: string
  /** The name that configuration management gave to the job: it is kept. */
  givenName?: string | null
}

/**
 * Gives each job a readable name from its file and its command: `mdadm-checkarray`. A name does not depend on the
 * position of the line, so that importing an edited file again meets the same tasks. Jobs whose names would be equal get
 * their options into the name, and then a number.
 */
export function nameTasks(sources: readonly NameSource[]): string[] {
  const short = sources.map((source) => source.givenName ?? join(source.base, slug(source.command, false)))
  const uses = new Map<string, number>()
  for (const name of short) uses.set(name, (uses.get(name) ?? 0) + 1)
  const taken = new Set<string>()
  /** The next number to try, by name: else a thousand equal ones would be counted through a thousand times. */
  const numbers = new Map<string, number>()
  return sources.map((source, index) => {
    const plain = short[index]!
    const isLone = uses.get(plain) === 1 || typeof source.givenName === 'string'
    const wanted = isLone ? plain : join(source.base, slug(source.command, true))
    let name = wanted
    let number = numbers.get(wanted) ?? 2
    for (; taken.has(name); number++) name = `${wanted}-${number}`
    numbers.set(wanted, number)
    taken.add(name)
    return name
  })
}

function join(base: string, command: string): string {
  const stem = shorten(clean(base), LONGEST_STEM) || 'crontab'
  return command === stem || command.startsWith(`${stem}-`) ? command : `${stem}-${command}`
}

function slug(command: string, withOptions: boolean): string {
  const words = mainCommand(withoutSubstitutions(command.slice(0, LONGEST_READ))).slice(0, 12)
  const parts: string[] = []
  for (const word of words) {
    if (/[<>|&;]/.test(word)) break
    if (parts.length > 0 && word.startsWith('-') && !withOptions) continue
    const part = clean(baseOf(word))
    if (part !== '' && parts.length > 0 && [...parts, part].join('-').length > LONGEST_SLUG) break
    if (part !== '') parts.push(part)
  }
  return shorten(parts.join('-'), LONGEST_SLUG) || 'job'
}

/** The words of the first simple command that does something itself. */
function mainCommand(command: string): string[] {
  const simple = command
    .split(/&&|\|\|?|;|\n|(?<=^|\s)(?:then|else|do|[{}()])(?=\s|$)/)
    .map(unwrap)
    .filter((words) => words.length > 0)
  return simple.find((words) => !isPreparation(words)) ?? simple[0] ?? []
}

function isPreparation(words: string[]): boolean {
  return PREPARATIONS.has(words[0]!) || (words[0] === 'perl' && words.some((word) => word.includes('sleep')))
}

function unwrap(command: string): string[] {
  const words = command
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  for (;;) {
    const [first] = words
    if (first === undefined) return words
    if (first === '!' || /^[A-Za-z_]\w*=/.test(first)) words.shift()
    else if (WRAPPERS.has(first.replace(/^.*\//, '')) && words.length > 1) dropWrapper(words)
    else return words
  }
}

/** Drops a wrapper, its options, and an operand that is a number, a duration or a lock file. */
function dropWrapper(words: string[]) {
  const wrapper = words.shift()!
  while (words.length > 1 && /^-|^\d+[smhd]?$/.test(words[0]!)) words.shift()
  if (wrapper.endsWith('flock') && words.length > 1) words.shift()
}

function clean(text: string): string {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replaceAll(/[-.]+/g, joint)
    .replace(/^[-.]+/, '')
  return withoutTrailing(slug, '-.')
}

/** Hyphens and dots in a row are one hyphen; dots that stand behind the last hyphen stay. */
function joint(run: string): string {
  if (run.startsWith('-')) return '-'
  const hyphen = run.lastIndexOf('-')
  return hyphen === -1 ? run : `-${run.slice(hyphen + 1)}`
}

/** The last part of a path, with the slashes it ends in. */
function baseOf(word: string): string {
  return word.slice(withoutTrailing(word, '/').lastIndexOf('/') + 1)
}

/** The command without what the shell would put in at run time, which names nothing: `$(…)`, `${…}`, `$NAME`, `…`. */
function withoutSubstitutions(command: string): string {
  let kept = ''
  let from = 0
  // Behind the last closing character none is searched for, so the time stays linear.
  const last = { ')': command.lastIndexOf(')'), '}': command.lastIndexOf('}'), '`': command.lastIndexOf('`') }
  for (let at = 0; at < command.length; at++) {
    const end = substitutionEnd(command, at, last)
    if (end === at) continue
    kept += command.slice(from, at)
    from = end
    at = end - 1
  }
  return kept + command.slice(from)
}

function substitutionEnd(text: string, at: number, last: Record<')' | '}' | '`', number>): number {
  const upTo = (closing: ')' | '}' | '`', start: number) =>
    start <= last[closing] ? text.indexOf(closing, start) + 1 : at
  if (text[at] === '`') return upTo('`', at + 1)
  if (text[at] !== '$') return at
  if (text[at + 1] === '(') return upTo(')', at + 2)
  if (text[at + 1] === '{') return upTo('}', at + 2)
  let end = at + 1
  while (end < text.length && /\w/.test(text[end]!)) end++
  return end === at + 1 ? at : end
}

/** Cuts between characters, never inside one. */
function shorten(text: string, length: number): string {
  return text.length > length ? [...text].slice(0, length).join('') : text
}
