import { Group, SegmentedControl, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { FieldFault } from '../ui/form/faults.ts'
import { type RuleOf, timesOf, WEEKDAYS, weekdayOf } from './rule.ts'
import classes from './schedule-builder.module.css'
import { TimesInput } from './times-input.tsx'
import { Toggles } from './toggles.tsx'

type Monthly = RuleOf<'monthly'>

interface MonthlyFormProps {
  rule: Monthly
  onChange: (rule: Monthly) => void
  faults: readonly FieldFault[]
}

const NTHS = [1, 2, 3, 4, 5, 'last'] as const

/** Days by number, the last one, or a weekday by its place in the month. */
export function MonthlyForm({ rule, onChange, faults }: MonthlyFormProps) {
  const { t } = useTranslation()
  const times = timesOf(rule)
  const isByWeekday = rule.nth !== undefined
  const fault = faults.find(({ path }) => /^(days|nth|weekday)/.test(path) || path === '')

  return (
    <>
      <SegmentedControl
        aria-label={t('schedule.monthDays')}
        style={{ justifySelf: 'start' }}
        data={[
          { value: 'days', label: t('schedule.byDay') },
          { value: 'weekday', label: t('schedule.byWeekday') },
        ]}
        value={isByWeekday ? 'weekday' : 'days'}
        onChange={(way) =>
          onChange(
            way === 'days'
              ? { type: 'monthly', days: [1], times }
              : { type: 'monthly', nth: 'last', weekday: 'fri', times },
          )
        }
      />
      {isByWeekday ? (
        <Group gap="md">
          <Select
            label={t('schedule.nth')}
            w={140}
            allowDeselect={false}
            data={NTHS.map((nth) => ({
              value: String(nth),
              label: t(nth === 'last' ? 'schedule.nths.last' : `schedule.nths.n${nth}`),
            }))}
            value={String(rule.nth)}
            onChange={(value) => onChange({ ...rule, nth: value === 'last' ? 'last' : Number(value) })}
          />
          <Select
            label={t('schedule.weekday')}
            w={140}
            allowDeselect={false}
            data={WEEKDAYS.map((value) => ({ value, label: t(`schedule.weekdays.${value}`) }))}
            value={weekdayOf(rule.weekday ?? 'fri')}
            onChange={(value) => onChange({ ...rule, weekday: value ?? 'fri' })}
          />
        </Group>
      ) : (
        <div>
          <div className={classes.label}>{t('schedule.monthDays')}</div>
          <Toggles
            label={t('schedule.monthDays')}
            choices={[
              ...Array.from({ length: 31 }, (_, at) => ({ value: at + 1, text: String(at + 1) })),
              { value: 'last', text: t('schedule.last'), isWide: true },
              { value: 'last_weekday', text: t('schedule.lastWeekday'), isWide: true },
            ]}
            chosen={rule.days ?? []}
            onChange={(days) => onChange({ type: 'monthly', days, times })}
          />
        </div>
      )}
      {fault && <div className={classes.error}>{fault.message}</div>}
      <TimesInput times={times} faults={faults} onChange={(next) => onChange({ ...withoutTime(rule), times: next })} />
    </>
  )
}

function withoutTime({ time: _time, ...rule }: Monthly): Monthly {
  return rule
}
