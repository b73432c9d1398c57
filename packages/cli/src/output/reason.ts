import { label, say } from '@rota/core'

/** What stands for the codes of the API, in the words of the page. */
const REASONS: Readonly<Record<string, string>> = {
  overlap: 'the previous one was still running',
  misfire: 'too late: past its grace time',
  missed: 'missed while no server ran',
  paused: 'the task was paused',
  merged: 'merged into another occurrence',
  replaced: 'replaced by a newer one',
  task_limit: 'waiting for the task’s own limit',
  global: 'waiting for the limit of the whole server',
}

const FAILURES: Readonly<Record<string, string>> = {
  exit_code: 'exit code',
  timeout: 'timed out',
  dispatch: 'not dispatched',
  assertion: 'assertion failed',
  unknown_handler: 'unknown handler',
}

/** Why an execution waits, was skipped or was cancelled, in words. */
export function reasonText(reason: string | null): string {
  if (reason === null) return ''
  const [kind, name = ''] = split(reason)
  if (kind === 'key') return say`waiting for the limit "${name}"`
  if (kind === 'group') return say`waiting for the limit of the group "${name}"`
  return label(REASONS[reason] ?? reason)
}

/** The same in a word or two, for where there is little room. */
export function reasonInBrief(reason: string | null): string {
  if (reason === null) return ''
  const [kind, name = ''] = split(reason)
  if (kind === 'key' || kind === 'group') return `${label(kind)} ${name}`
  return reason in REASONS ? label(reason.replaceAll('_', ' ')) : reason
}

/** `key:printer` and `group:reports` name the limit behind the colon. */
function split(reason: string): [kind: string, name?: string] {
  const at = reason.indexOf(':')
  return at < 0 ? [reason] : [reason.slice(0, at), reason.slice(at + 1)]
}

/** How an attempt failed. */
export function failureText(failure: string): string {
  return label(FAILURES[failure] ?? failure)
}
