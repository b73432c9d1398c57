import { suggest } from '@rota/core'
import type { Command } from 'commander'

/** Words for commands from other tools, each with ours that come into question. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  abort: ['cancel', 'stop'],
  add: ['create'],
  change: ['edit', 'set'],
  copy: ['clone', 'copy'],
  cp: ['clone', 'copy'],
  del: ['delete', 'revoke'],
  describe: ['show'],
  duplicate: ['clone'],
  executions: ['history', 'execution'],
  get: ['show'],
  info: ['show', 'status'],
  inspect: ['show'],
  jobs: ['task'],
  kill: ['stop', 'cancel'],
  log: ['logs'],
  ls: ['list'],
  make: ['create'],
  modify: ['edit', 'set'],
  new: ['create'],
  passwd: ['password'],
  remove: ['delete', 'revoke'],
  retry: ['rerun'],
  rm: ['delete', 'revoke'],
  runs: ['history', 'execution'],
  serve: ['server'],
  start: ['run', 'server'],
  stop: ['cancel'],
  tail: ['logs'],
  trigger: ['run'],
  unpause: ['resume'],
  update: ['edit', 'set'],
  validate: ['check'],
  view: ['show'],
  why: ['explain'],
}

/** Likewise for options, without their dashes. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  address: ['host'],
  cmd: ['shell'],
  command: ['shell'],
  cwd: ['dir'],
  directory: ['dir', 'data'],
  end: ['to', 'end-at'],
  'exec-user': ['run-as'],
  force: ['yes', 'force'],
  grp: ['group'],
  headers: ['header'],
  language: ['lang'],
  lines: ['tail'],
  'max-attempts': ['retry'],
  'max-count': ['limit', 'count'],
  output: ['json'],
  retries: ['retry'],
  schedule: ['cron'],
  since: ['from'],
  start: ['from', 'start-at'],
  tags: ['tag'],
  timezone: ['tz'],
  until: ['to'],
  watch: ['follow'],
  'working-dir': ['dir'],
  workdir: ['dir'],
  zone: ['tz'],
}

/**
 * The command that was meant by an unknown word below `parent`: of the same meaning, else of nearly the same letters. At
 * the top also `task list` for `list`: most commands are about tasks.
 */
export function nearestCommand(word: string, parent: Command): string | undefined {
  const names = parent.commands.map((each) => each.name())
  const tasks = parent.parent === null ? parent.commands.find((each) => each.name() === 'task') : undefined
  const inside = tasks?.commands.map((each) => each.name()) ?? []
  if (inside.includes(word)) return `task ${word}`
  const here = meant(word, names, COMMANDS)
  if (here !== undefined) return here
  const there = meant(word, inside, COMMANDS)
  return there === undefined ? undefined : `task ${there}`
}

/** The option of `command`, or of those above it, that was meant by an unknown one. */
export function nearestOption(flag: string, command: Command): string | undefined {
  const names: string[] = ['help']
  for (let each: Command | null = command; each; each = each.parent) {
    names.push(...each.options.map(({ long, short }) => (long ?? short ?? '').replace(/^-+/, '')))
  }
  const name = meant(flag.replace(/^-+/, '').split('=')[0]!, names, OPTIONS)
  return name === undefined ? undefined : `--${name}`
}

function meant(
  word: string,
  names: readonly string[],
  others: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  const ours = Object.keys(others).filter((each) => others[each]!.some((name) => names.includes(name)))
  const near = suggest(word, [...names, ...ours])
  if (near === undefined || names.includes(near)) return near
  return others[near]!.find((name) => names.includes(name))
}
