import { label, say } from '@rota/core'
import { figure } from './figure.ts'

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
  secret: 'secret unavailable',
  policy: 'not allowed by policy',
}

/** Why an execution waits, was skipped or was cancelled, in words. */
export function reasonText(reason: string | null): string {
  if (reason === null) return ''
  const [kind, name = ''] = split(reason)
  if (kind === 'key') return say`waiting for the limit "${name}"`
  if (kind === 'group') return say`waiting for the limit of the group "${name}"`
  return label(REASONS[reason] ?? reason)
}

/** A limit that is waited for, as it stands in a sentence. */
export function limitText(limit: string): string {
  const [kind, name = ''] = split(limit)
  if (kind === 'key') return say`the limit "${name}"`
  if (kind === 'group') return say`the limit of the group "${name}"`
  return limit === 'global' ? say`the limit of the whole server` : say`the task’s own limit`
}

/** How many come before an execution that waits. */
export function queueText(ahead: number): string {
  if (ahead === 0) return say`It is the next in line.`
  return ahead === 1 ? say`1 execution comes before it.` : say`${figure(ahead)} executions come before it.`
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

/** What became of an attempt that failed, in a word or two: `exit code 3`, `timed out`. */
export function howItFailed({ failure, exit_code }: { failure: string | null; exit_code: number | null }): string {
  if (failure === 'exit_code' && exit_code !== null) return `${label('exit code')} ${exit_code}`
  return label(FAILURES[failure ?? ''] ?? failure ?? '')
}
