import { MultiSelect, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CHOICES } from '../../api/task-fields.generated.ts'
import { MY_ZONE } from '../../format/instant.ts'
import { instantOfWall, toWallText } from '../../format/wall-clock.ts'
import { USUAL_RETRY } from '../../subjects/task/task-document.ts'
import { useEditor } from './editor-context.ts'
import { ChoiceField, ListField, NumberField, SwitchField } from './field-controls.tsx'
import { FurtherFields } from './further-controls.tsx'
import classes from './task-editor.module.css'
import { useInherited } from './use-inherited.ts'

export function RetrySection() {
  const { t } = useTranslation()
  const { document, set, faultAt } = useEditor()
  const inherited = useInherited()
  const seconds = t('editor.seconds')
  return (
    <div className={classes.grid}>
      <NumberField
        path="retry.max_attempts"
        label={t('editor.attempts')}
        description={t('editor.attemptsHint')}
        placeholder={inherited.attempts}
      />
      <NumberField path="retry.delay_seconds" label={t('editor.delay')} unit={seconds} placeholder={inherited.delay} />
      <ChoiceField
        path="retry.backoff"
        label={t('editor.backoff')}
        choices={CHOICES['retry.backoff'].map((value) => ({ value, label: t(`editor.backoffs.${value}`) }))}
      />
      <NumberField
        path="retry.max_delay_seconds"
        label={t('editor.maxDelay')}
        unit={seconds}
        placeholder={inherited.maxDelay}
      />
      <NumberField path="retry.jitter" label={t('editor.retryJitter')} description={t('editor.retryJitterHint')} />
      <MultiSelect
        label={t('editor.on')}
        data={USUAL_RETRY.on.map((value) => ({ value, label: t(`editor.causes.${value}`) }))}
        value={document.retry?.on ?? [...USUAL_RETRY.on]}
        error={faultAt('retry.on')?.message}
        onChange={(on) =>
          set(
            'retry.on',
            USUAL_RETRY.on.filter((cause) => on.includes(cause)),
          )
        }
      />
      <ListField
        path="retry.exit_codes"
        label={t('editor.exitCodes')}
        description={t('editor.exitCodesHint')}
        ofNumbers
      />
    </div>
  )
}

export function MisfireSection() {
  const { t } = useTranslation()
  const seconds = t('editor.seconds')
  return (
    <div className={classes.grid}>
      <ChoiceField
        path="misfire.policy"
        label={t('editor.misfirePolicy')}
        choices={CHOICES['misfire.policy'].map((value) => ({
          value,
          label: t(`editor.misfires.${value}`),
        }))}
      />
      <NumberField path="misfire.grace_seconds" label={t('editor.grace')} unit={seconds} />
      <NumberField path="misfire.max" label={t('editor.misfireMax')} />
      <NumberField path="misfire.spread_seconds" label={t('editor.spread')} unit={seconds} />
    </div>
  )
}

export function WindowSection() {
  const { t } = useTranslation()
  return (
    <div className={classes.grid}>
      <InstantField path="start_at" label={t('editor.startAt')} />
      <InstantField path="end_at" label={t('editor.endAt')} />
      <NumberField path="max_runs" label={t('editor.maxRuns')} description={t('editor.maxRunsHint')} />
      <NumberField
        path="jitter_seconds"
        label={t('editor.jitter')}
        description={t('editor.jitterHint')}
        unit={t('editor.seconds')}
      />
      <ChoiceField
        path="dst.gap"
        label={t('editor.gap')}
        choices={CHOICES['dst.gap'].map((value) => ({
          value,
          label: t(`editor.gaps.${value}`),
        }))}
      />
      <ChoiceField
        path="dst.overlap"
        label={t('editor.repeat')}
        choices={CHOICES['dst.overlap'].map((value) => ({
          value,
          label: t(`editor.repeats.${value}`),
        }))}
      />
      <div style={{ gridColumn: '1 / -1' }}>
        <SwitchField path="run_at_start" label={t('editor.runAtStart')} />
        <SwitchField path="run_at_boot" label={t('editor.runAtBoot')} />
      </div>
    </div>
  )
}

/** An instant, typed as the wall clock of the task's zone. */
function InstantField({ path, label }: { path: 'start_at' | 'end_at'; label: string }) {
  const { t } = useTranslation()
  const { document, set, faultAt } = useEditor()
  const zone = document.timezone || MY_ZONE
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      description={t('editor.windowHint', { zone })}
      value={toWallText(document[path] ?? '', zone)}
      error={faultAt(path)?.message}
      onChange={(event) => set(path, instantOfWall(event.currentTarget.value, zone))}
    />
  )
}

export function RecordsSection() {
  const { t } = useTranslation()
  return (
    <div className={classes.grid}>
      <NumberField path="max_log_bytes" label={t('editor.maxLogBytes')} description={t('editor.maxLogBytesHint')} />
      <NumberField
        path="retention.days"
        label={t('editor.keepDays')}
        description={t('editor.keepHint')}
        unit={t('editor.days')}
      />
      <NumberField
        path="retention.count"
        label={t('editor.keepCount')}
        description={t('editor.keepHint')}
        unit={t('editor.runs')}
      />
      <FurtherFields />
    </div>
  )
}
