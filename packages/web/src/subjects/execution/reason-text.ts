import i18next from 'i18next'
import type { Execution } from '../../api/types.ts'

const REASONS: Readonly<Record<string, true>> = {
  overlap: true,
  misfire: true,
  missed: true,
  paused: true,
  merged: true,
  replaced: true,
  task_limit: true,
}

/** One line of what happened: the failure with its detail, or the reason, in words. Empty when all went well. */
export function whatHappened(
  execution: Pick<Execution, 'status' | 'failure' | 'reason' | 'error' | 'exit_code'> &
    Partial<Pick<Execution, 'progress'>>,
): string {
  const { status, failure, reason, error, exit_code: code, progress } = execution
  if (status === 'failed') {
    const kind = failure === null ? '' : i18next.t(`execution.failures.${failure}`)
    const detail = failure === 'exit_code' && code !== null ? i18next.t('execution.exitCode', { code }) : (error ?? '')
    return failure === 'exit_code' && detail !== '' ? detail : [kind, detail].filter(Boolean).join(' · ')
  }
  if (status === 'running' && progress != null) {
    return [`${Math.round(progress.percent)} %`, progress.message].filter(Boolean).join(' · ')
  }
  return reason === null ? '' : reasonText(reason)
}

/** A reason in words; what has no words here is shown as the server says it. */
export function reasonText(reason: string): string {
  if (reason === 'global') return i18next.t('execution.limits.global')
  const [, kind, name = ''] = /^(key|group):(.*)$/s.exec(reason) ?? []
  if (kind !== undefined) return i18next.t(`execution.limits.${kind as 'key' | 'group'}`, { name })
  return REASONS[reason] ? i18next.t(`execution.reasons.${reason as 'overlap'}`) : reason
}
