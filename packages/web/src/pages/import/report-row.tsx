import { Checkbox } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconInfoCircle,
  IconPointFilled,
  type TablerIcon,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { currentLanguage } from '../../i18n/i18n.ts'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import classes from './import-page.module.css'
import type { CrontabLine } from './use-crontab.ts'

interface ReportRowProps {
  line: CrontabLine
  /** What came of it, once it was imported. */
  result: CrontabLine | undefined
  isChosen: boolean
  onToggle: () => void
  isLocked: boolean
}

/** A line as it stands in the file, and beside it what it becomes. */
export function ReportRow({ line, result, isChosen, onToggle, isLocked }: ReportRowProps) {
  const { t } = useTranslation()
  const { column } = line
  // The word that the mistake begins with; at the end of the line, where something is missing, a blank.
  const word = column === null ? '' : (/^\S+/.exec(line.text.slice(column - 1))?.[0] ?? ' ')
  return (
    <tr className={classes.row} data-outcome={line.outcome}>
      <td>
        {line.task !== null && (
          <Checkbox
            aria-label={t('importPage.choose', { line: line.line })}
            checked={isChosen}
            disabled={isLocked}
            onChange={onToggle}
          />
        )}
      </td>
      <td className={`numbers ${classes.number}`}>{line.line}</td>
      <td>
        <pre className={classes.source}>
          {column === null ? (
            line.text
          ) : (
            <>
              {line.text.slice(0, column - 1)}
              <mark>{word}</mark>
              {line.text.slice(column - 1 + word.length)}
            </>
          )}
        </pre>
      </td>
      <td className={classes.verdict}>
        <Verdict line={line} result={result} />
      </td>
    </tr>
  )
}

const LOOKS: Readonly<Record<CrontabLine['outcome'], { icon: TablerIcon; colour: string }>> = {
  task: { icon: IconCircleCheck, colour: 'success' },
  warning: { icon: IconAlertTriangle, colour: 'late' },
  error: { icon: IconCircleX, colour: 'failed' },
  environment: { icon: IconInfoCircle, colour: 'running' },
  disabled: { icon: IconPointFilled, colour: 'cancelled' },
  comment: { icon: IconPointFilled, colour: 'pending' },
  blank: { icon: IconPointFilled, colour: 'pending' },
}

function Verdict({ line, result }: { line: CrontabLine; result: CrontabLine | undefined }) {
  const { t } = useTranslation()
  if (line.outcome === 'blank' || line.outcome === 'comment') return null
  const { icon: Icon, colour } = LOOKS[line.outcome]
  const name = result?.task?.name ?? line.task?.name
  const id = result?.task_id ?? null
  return (
    <>
      <Icon size={14} aria-hidden style={{ color: `var(--${colour})`, verticalAlign: '-2px' }} />{' '}
      <span className="visually-hidden">{t(`importPage.outcomes.${line.outcome}`)}: </span>
      {name !== undefined && (id === null ? <strong>{name}</strong> : <TaskLink taskId={id}>{name}</TaskLink>)}
      {name !== undefined && ' — '}
      <span>{line.message}</span>
      {line.suggestion !== null && !line.message.endsWith(line.suggestion) && (
        <span> {t('importPage.meant', { suggestion: line.suggestion })}</span>
      )}
      {result === undefined && <Finding line={line} />}
      {line.notes.map((note) => (
        <div key={note.en} className={classes.note}>
          {note[currentLanguage()]}
        </div>
      ))}
      {result !== undefined && (
        <div className={classes.result} data-result={result.result}>
          {t(`importPage.results.${result.result ?? 'imported'}`)} {result.error}
        </div>
      )}
    </>
  )
}

/** What the job is beside earlier imports; a new one whose name is taken needs a word, too. */
function Finding({ line: { finding, exists } }: { line: CrontabLine }) {
  const { t } = useTranslation()
  if (finding === 'unchanged' || finding === 'changed') {
    return <em className={classes.note}> {t(`importPage.findings.${finding}`)}</em>
  }
  return exists ? <em className={classes.note}> {t('importPage.exists')}</em> : null
}
