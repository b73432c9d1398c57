import { SegmentedControl, Text, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { toWallText } from '../format/wall-clock.ts'
import { FaultText } from '../ui/form/fault-text.tsx'
import type { FieldFault } from '../ui/form/faults.ts'
import { CronForm } from './cron-form.tsx'
import { IntervalForm } from './interval-form.tsx'
import { MonthlyForm } from './monthly-form.tsx'
import { ofKind, type RuleKind, type RuleObject, ruleObject, type ScheduleRule, timesOf } from './rule.ts'
import classes from './schedule-builder.module.css'
import { TimesInput } from './times-input.tsx'
import { WeeklyForm } from './weekly-form.tsx'

const KINDS: readonly RuleKind[] = ['interval', 'daily', 'weekly', 'monthly', 'cron', 'once', 'none']

interface ScheduleBuilderProps {
  rule: ScheduleRule
  onChange: (rule: RuleObject) => void
  /** Paths inside the rule: `times[0]`; empty for the rule itself. */
  faults: readonly FieldFault[]
  /** What the rule is read in. */
  zone: string
  /** The equivalent expression, as the server last said; kept when the kind becomes cron. */
  cron: string | null
  label: string
}

/** One rule, built by its kind. */
export function ScheduleBuilder({ rule: written, onChange, faults, zone, cron, label }: ScheduleBuilderProps) {
  const { t } = useTranslation()
  const rule = ruleObject(written)
  // Kinds that cannot be chosen here are still shown when a task has them.
  const kinds = KINDS.includes(rule.type) ? KINDS : [...KINDS, rule.type]
  return (
    <fieldset className={classes.kind} aria-label={label}>
      <SegmentedControl
        aria-label={t('schedule.kind')}
        style={{ justifySelf: 'start', flexWrap: 'wrap' }}
        data={kinds.map((value) => ({ value, label: t(`schedule.kinds.${value}`) }))}
        value={rule.type}
        onChange={(kind) => onChange(ofKind(rule, kind as RuleKind, { cron, soon: soonIn(zone) }))}
      />
      <RuleForm rule={rule} onChange={onChange} faults={faults} zone={zone} />
    </fieldset>
  )
}

/** A time to begin from: the hour after the next one. */
function soonIn(zone: string): string {
  const HOUR_MS = 3_600_000
  return toWallText(new Date((Math.floor(Date.now() / HOUR_MS) + 2) * HOUR_MS).toISOString(), zone)
}

interface RuleFormProps {
  rule: RuleObject
  onChange: (rule: RuleObject) => void
  faults: readonly FieldFault[]
  zone: string
}

function RuleForm({ rule, onChange, faults, zone }: RuleFormProps) {
  const { t } = useTranslation()
  switch (rule.type) {
    case 'interval':
      return <IntervalForm rule={rule} onChange={onChange} faults={faults} zone={zone} />
    case 'daily':
      return (
        <TimesInput times={timesOf(rule)} faults={faults} onChange={(times) => onChange({ type: 'daily', times })} />
      )
    case 'weekly':
      return <WeeklyForm rule={rule} onChange={onChange} faults={faults} />
    case 'monthly':
      return <MonthlyForm rule={rule} onChange={onChange} faults={faults} />
    case 'cron':
      return <CronForm rule={rule} onChange={onChange} faults={faults} />
    case 'once':
      return (
        <TextInput
          type="datetime-local"
          step={1}
          w={240}
          label={t('schedule.at')}
          description={t('schedule.atHint', { zone })}
          value={toWallText(rule.at, zone)}
          error={faults[0] && <FaultText fault={faults[0]} />}
          onChange={(event) => onChange({ type: 'once', at: event.currentTarget.value })}
        />
      )
    default:
      return <Text className={classes.hint}>{t(`schedule.${rule.type}Text`)}</Text>
  }
}
