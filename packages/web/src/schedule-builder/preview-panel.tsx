import { Stack, Text } from '@mantine/core'
import { IconClockExclamation } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDay, formatInstant, formatRelative, MY_ZONE } from '../format/instant.ts'
import { useNow } from '../ground/now.ts'
import { currentLanguage } from '../i18n/i18n.ts'
import classes from './preview-panel.module.css'
import { type Plan, type Preview, usePreviews } from './use-previews.ts'

interface PreviewPanelProps {
  plan: Plan
  hasInstants?: boolean
  /** In place of the instants. */
  children?: ReactNode
}

/** What a draft means: each rule in words and as cron, the next ten instants in both zones, notes on clock changes. */
export function PreviewPanel({ plan, hasInstants = true, children }: PreviewPanelProps) {
  const { t } = useTranslation()
  const previews = usePreviews(plan)
  const zone = plan.timezone || MY_ZONE
  return (
    <Stack gap="md" aria-live="polite">
      {distinct(previews.each).map((preview) => (
        <Sentence key={`${preview.cron} ${preview.words.en}`} preview={preview} />
      ))}
      {previews.isFaulty && (
        <Text size="xs" style={{ color: 'var(--failed)' }}>
          {t('schedule.fault')}
        </Text>
      )}
      {!previews.isFaulty && hasInstants && <Instants instants={previews.next} starts={previews.starts} zone={zone} />}
      {children}
      <ClockNotes notes={previews.notes} />
    </Stack>
  )
}

/** Two schedules of one task may say the same in different zones. */
function distinct(previews: readonly (Preview | undefined)[]): Preview[] {
  const known = previews.filter((preview) => preview !== undefined)
  return [...new Map(known.map((preview) => [`${preview.cron} ${preview.words.en}`, preview])).values()]
}

function Sentence({ preview }: { preview: { words: { en: string; zh: string }; cron: string | null } }) {
  const language = currentLanguage()
  const other = language === 'en' ? 'zh' : 'en'
  return (
    <div>
      <p className={classes.sentence}>{preview.words[language]}</p>
      <p className={classes.other} lang={other === 'zh' ? 'zh-CN' : 'en'}>
        {preview.words[other]}
      </p>
      {preview.cron !== null && <code className={classes.cron}>{preview.cron}</code>}
    </div>
  )
}

interface InstantsProps {
  instants: readonly number[]
  starts: ReadonlyMap<number, number>
  zone: string
}

function Instants({ instants, starts, zone }: InstantsProps) {
  const { t } = useTranslation()
  const now = useNow()
  if (instants.length === 0) return <Text className={classes.quiet}>{t('schedule.previewEmpty')}</Text>
  const isElsewhere = zone !== MY_ZONE
  return (
    <table className={classes.table}>
      <caption className="visually-hidden">{t('schedule.preview')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('schedule.inZone', { zone })}</th>
          {starts.size > 0 && <th scope="col">{t('schedule.jittered')}</th>}
          {isElsewhere && <th scope="col">{t('schedule.mine', { zone: MY_ZONE })}</th>}
        </tr>
      </thead>
      <tbody>
        {instants.map((at) => (
          <tr key={at}>
            <td title={formatRelative(at, now)}>
              <time dateTime={new Date(at).toISOString()}>{dayAndTime(at, zone)}</time>
            </td>
            {starts.size > 0 && <td>{formatInstant(starts.get(at) ?? at, { zone, isTimeOnly: true })}</td>}
            {isElsewhere && <td>{dayAndTime(at, MY_ZONE)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function ClockNotes({ notes }: { notes: readonly { at: string | null; en: string; zh: string }[] }) {
  const { t } = useTranslation()
  if (notes.length === 0) return null
  return (
    <div>
      <Text size="xs" fw={550} style={{ color: 'var(--late)' }}>
        <IconClockExclamation size={14} aria-hidden style={{ verticalAlign: '-2px' }} /> {t('schedule.clockNotes')}
      </Text>
      <ul className={classes.notes}>
        {notes.map((note) => (
          <li key={note.en}>{note[currentLanguage()]}</li>
        ))}
      </ul>
    </div>
  )
}

/** `Sun 22 Nov · 02:00:00`: the weekday is what schedules are checked by. */
export function dayAndTime(epochMs: number, zone: string): string {
  return `${formatDay(epochMs, zone)} · ${formatInstant(epochMs, { zone, isTimeOnly: true })}`
}
