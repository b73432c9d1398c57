import i18next from 'i18next'
import { formatDuration } from '../../format/duration.ts'
import { formatBytes } from '../../format/number.ts'
import { targetWords } from '../../subjects/task/target-words.ts'
import { type TaskDocument, USUAL_RETRY } from '../../subjects/task/task-document.ts'

/** The folded sections, and which fields stand in each. */
export const SECTIONS = {
  where: ['target'],
  about: ['description', 'tags'],
  parameters: ['params', 'env', 'working_dir', 'run_as', 'detach', 'encoding'],
  limits: ['concurrency', 'timeout_seconds', 'kill_grace_seconds', 'priority'],
  retry: ['retry'],
  misfire: ['misfire'],
  window: ['start_at', 'end_at', 'max_runs', 'jitter_seconds', 'run_at_start', 'run_at_boot', 'dst'],
  records: ['max_log_bytes', 'retention'],
} as const satisfies Record<string, readonly (keyof TaskDocument)[]>
export type Section = keyof typeof SECTIONS

/** Those in which something is wrong. */
export function faultySections(faults: readonly { path: string }[]): string[] {
  const isFaulty = (field: string) => faults.some(({ path }) => path.startsWith(field))
  return Object.entries(SECTIONS).flatMap(([name, fields]) => (fields.some(isFaulty) ? [name] : []))
}

const span = (seconds: number) => formatDuration(seconds * 1_000)
const { t } = i18next

/** What is set in a section, in a few words; empty when all of it is as usual. */
export function sectionSummary(section: Section, document: TaskDocument): string {
  return SUMMARIES[section](document)
    .filter((part) => part !== false && part !== undefined && part !== '')
    .join(' · ')
}

type Parts = (string | false | undefined)[]

const SUMMARIES: Readonly<Record<Section, (document: TaskDocument) => Parts>> = {
  where: ({ target }) => [target?.kind === 'node' && targetWords(target, t)],
  about: ({ description, tags }) => [
    description ? t('editor.summary.description') : false,
    tags?.length ? t('editor.summary.tags', { tags: tags.join(', ') }) : false,
  ],
  parameters: ({ params, env, working_dir, run_as, detach, encoding }) => [
    params?.args?.length ? t('editor.summary.args', { count: params.args.length }) : false,
    params?.kwargs ? t('editor.summary.kwargs', { count: Object.keys(params.kwargs).length }) : false,
    env ? t('editor.summary.env', { count: Object.keys(env).length }) : false,
    working_dir ? t('editor.summary.workingDir', { value: working_dir }) : false,
    run_as ? t('editor.summary.runAs', { value: run_as }) : false,
    detach === true && t('editor.summary.detach'),
    encoding ? encoding : false,
  ],
  limits: ({ concurrency, timeout_seconds, priority }) => [
    typeof concurrency?.max === 'number' && t('editor.summary.max', { value: concurrency.max }),
    concurrency?.overlap !== undefined && t(`editor.overlaps.${concurrency.overlap}`),
    concurrency?.key ? t('editor.summary.key', { value: concurrency.key }) : false,
    typeof timeout_seconds === 'number' && t('editor.summary.timeout', { value: span(timeout_seconds) }),
    priority !== undefined && t('editor.summary.priority', { value: priority }),
  ],
  retry: ({ retry }) => [
    retry?.max_attempts !== undefined &&
      t('editor.summary.attempts', {
        count: retry.max_attempts,
        delay: span(retry.delay_seconds ?? USUAL_RETRY.delay_seconds),
      }),
    retry?.backoff !== undefined && t(`editor.backoffs.${retry.backoff}`),
  ],
  misfire: ({ misfire }) => [
    misfire?.policy !== undefined && t(`editor.misfires.${misfire.policy}`),
    misfire?.grace_seconds !== undefined && t('editor.summary.grace', { value: span(misfire.grace_seconds) }),
  ],
  window: ({ start_at, end_at, max_runs, jitter_seconds, run_at_start, run_at_boot, dst }) => [
    start_at ? t('editor.summary.from', { value: start_at }) : false,
    end_at ? t('editor.summary.until', { value: end_at }) : false,
    typeof max_runs === 'number' && t('editor.summary.maxRuns', { value: max_runs }),
    jitter_seconds !== undefined && t('editor.summary.jitter', { value: span(jitter_seconds) }),
    run_at_start === true && t('editor.summary.runAtStart'),
    run_at_boot === true && t('editor.summary.runAtBoot'),
    dst !== undefined && t('editor.summary.dst'),
  ],
  records: ({ max_log_bytes, retention }) => [
    max_log_bytes !== undefined && t('editor.summary.log', { value: formatBytes(max_log_bytes) }),
    typeof retention?.days === 'number' && t('editor.summary.keepDays', { value: retention.days }),
    typeof retention?.count === 'number' && t('editor.summary.keepCount', { value: retention.count }),
  ],
}
