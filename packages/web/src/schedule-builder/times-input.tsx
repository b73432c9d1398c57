import { TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FaultText } from '../ui/form/fault-text.tsx'
import type { FieldFault } from '../ui/form/faults.ts'
import { timeText } from './rule.ts'

interface TimesInputProps {
  times: readonly string[]
  onChange: (times: string[]) => void
  faults: readonly FieldFault[]
}

/** Times of day as tokens; `930` becomes 09:30. */
export function TimesInput({ times, onChange, faults }: TimesInputProps) {
  const { t } = useTranslation()
  const fault = faults.find(({ path }) => path.startsWith('times') || path === 'time')
  const index = Number(/\[(\d+)\]/.exec(fault?.path ?? '')?.[1] ?? -1)
  const mend = (suggestion: string) => onChange(times.map((time, at) => (at === index ? suggestion : time)))
  return (
    <TagsInput
      label={t('schedule.times')}
      description={t('schedule.timesHint')}
      value={[...times]}
      onChange={(typed) => onChange([...new Set(typed.map(timeText))].sort())}
      splitChars={[',', ' ', '，', '、']}
      error={fault && <FaultText fault={fault} onUse={index >= 0 ? mend : undefined} />}
    />
  )
}
