import { Group, NumberInput, SegmentedControl, Select, Text, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { toWallText } from '../format/wall-clock.ts'
import type { FieldFault } from '../ui/form/faults.ts'
import type { RuleOf } from './rule.ts'
import classes from './schedule-builder.module.css'

type Interval = RuleOf<'interval'>
type Unit = 'seconds' | 'minutes' | 'hours' | 'days'
const UNITS: readonly Unit[] = ['seconds', 'minutes', 'hours', 'days']

interface IntervalFormProps {
  rule: Interval
  onChange: (rule: Interval) => void
  faults: readonly FieldFault[]
  zone: string
}

/** Every N units, and where they are counted from. */
export function IntervalForm({ rule, onChange, faults, zone }: IntervalFormProps) {
  const { t } = useTranslation()
  const unit = UNITS.find((known) => known === rule.unit || known === `${rule.unit}s`) ?? 'minutes'
  const placed = rule.aligned ? 'Aligned' : rule.anchor === undefined ? 'Start' : 'Anchor'
  const { aligned: _aligned, anchor: _anchor, ...base } = rule

  function place(next: string | null): void {
    if (next === 'Aligned') onChange({ ...base, aligned: true })
    else if (next === 'Anchor') onChange({ ...base, anchor: '' })
    else onChange(base)
  }

  return (
    <>
      <div className={classes.row}>
        <NumberInput
          label={t('schedule.every')}
          w={110}
          min={1}
          value={rule.every}
          error={faults.find(({ path }) => path === 'every' || path === '')?.message}
          onChange={(every) => onChange({ ...rule, every: Number(every) })}
        />
        <Select
          label={t('schedule.unit')}
          w={130}
          allowDeselect={false}
          data={UNITS.map((value) => ({ value, label: t(`schedule.units.${value}`) }))}
          value={unit}
          onChange={(value) => onChange({ ...rule, unit: (value ?? unit) as Unit })}
        />
        <div>
          <div className={classes.label}>{t('schedule.placed')}</div>
          <SegmentedControl
            aria-label={t('schedule.placed')}
            data={(['Start', 'Aligned', 'Anchor'] as const).map((value) => ({
              value,
              label: t(`schedule.placed${value}`),
            }))}
            value={placed}
            onChange={place}
          />
        </div>
      </div>
      <Text className={classes.hint}>{t(`schedule.placed${placed}Hint`)}</Text>
      {placed === 'Anchor' && (
        <Group>
          <TextInput
            type="datetime-local"
            step={1}
            label={t('schedule.anchor')}
            description={t('schedule.atHint', { zone })}
            value={toWallText(rule.anchor ?? '', zone)}
            error={faults.find(({ path }) => path === 'anchor')?.message}
            onChange={(event) => onChange({ ...rule, anchor: event.currentTarget.value })}
          />
        </Group>
      )}
    </>
  )
}
