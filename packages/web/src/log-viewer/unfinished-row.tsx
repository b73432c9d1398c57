import { useTranslation } from 'react-i18next'
import { formatDuration } from '../format/duration.ts'
import { useNow } from '../ground/now.ts'
import type { UnfinishedLine } from './log-source.ts'
import { LogText } from './log-text.tsx'
import classes from './log-viewer.module.css'

/** A program that says nothing for so long is called silent. */
const SILENT_MS = 2_000

/** What a running program has printed behind its last line, and how long it has been silent since. */
export function UnfinishedRow({ line, search }: { line: UnfinishedLine; search: string }) {
  const { t } = useTranslation()
  const silentMs = useNow() - Date.parse(line.since)
  return (
    <div className={classes.unfinished} data-stream={line.stream} title={t('log.unfinished')}>
      <span className={classes.text}>
        <LogText text={line.message} search={search} />
      </span>
      {silentMs >= SILENT_MS && (
        <span className={classes.silence}>
          {t('log.silent', { time: formatDuration(silentMs, { isWhole: true }) })}
        </span>
      )}
    </div>
  )
}
