import { Button, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { FieldFault } from '../ui/form/faults.ts'
import { type RuleOf, timesOf, WEEKDAYS, weekdayOf } from './rule.ts'
import classes from './schedule-builder.module.css'
import { TimesInput } from './times-input.tsx'
import { Toggles } from './toggles.tsx'

type Weekly = RuleOf<'weekly'>

interface WeeklyFormProps {
  rule: Weekly
  onChange: (rule: Weekly) => void
  faults: readonly FieldFault[]
}

const SHORTCUTS = [
  { word: 'allDays', days: WEEKDAYS },
  { word: 'workDays', days: WEEKDAYS.slice(0, 5) },
  { word: 'weekend', days: WEEKDAYS.slice(5) },
] as const

export function WeeklyForm({ rule, onChange, faults }: WeeklyFormProps) {
  const { t } = useTranslation()
  const days = rule.days.map(weekdayOf).filter((day) => day !== null)
  const times = timesOf(rule)
  const change = (next: readonly string[], at = times) => onChange({ type: 'weekly', days: [...next], times: at })
  const fault = faults.find(({ path }) => path.startsWith('days'))
  return (
    <>
      <div>
        <div className={classes.label}>{t('schedule.days')}</div>
        <Group gap="md">
          <Toggles
            label={t('schedule.days')}
            choices={WEEKDAYS.map((value) => ({ value, text: t(`schedule.weekdays.${value}`), isWide: true }))}
            chosen={days}
            onChange={(next) => change(next)}
          />
          <Group gap={4}>
            {SHORTCUTS.map(({ word, days: shortcut }) => (
              <Button key={word} variant="subtle" size="compact-xs" onClick={() => change(shortcut)}>
                {t(`schedule.${word}`)}
              </Button>
            ))}
          </Group>
        </Group>
        {fault && <div className={classes.error}>{fault.message}</div>}
      </div>
      <TimesInput times={times} faults={faults} onChange={(next) => change(days, next)} />
    </>
  )
}
