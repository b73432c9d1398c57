import { useTranslation } from 'react-i18next'
import { formatDuration } from '../../format/duration.ts'
import { USUAL_RETRY } from '../../subjects/task/task-document.ts'
import { useEditor } from './editor-context.ts'

/** What holds where the task says nothing, for empty fields: the server's default, with its value where it is known. */
export function useInherited() {
  const { t } = useTranslation()
  const { document, task } = useEditor()
  // Of another type, or where the task itself said something, the server's default is not known here.
  const known = task !== undefined && task.type === document.type ? task : undefined
  const text = (own: unknown, value: string | number) =>
    known !== undefined && (own === null || own === undefined)
      ? t('editor.inheritedValue', { value })
      : t('editor.inherited')
  const limit = known?.effective.timeout_seconds ?? null
  const retry = { ...USUAL_RETRY, ...known?.effective.retry }
  return {
    max: text(known?.concurrency?.max, known?.effective.max_concurrent ?? 1),
    timeout: text(known?.timeout_seconds, limit === null ? t('editor.noLimit') : formatDuration(limit * 1_000)),
    attempts: text(known?.retry, retry.max_attempts),
    /** Of a policy's other fields: a policy of the task's own does not take them from the server. */
    delay: document.retry
      ? formatDuration(USUAL_RETRY.delay_seconds * 1_000)
      : text(known?.retry, formatDuration(retry.delay_seconds * 1_000)),
    maxDelay: document.retry
      ? formatDuration(USUAL_RETRY.max_delay_seconds * 1_000)
      : text(known?.retry, formatDuration(retry.max_delay_seconds * 1_000)),
  }
}
