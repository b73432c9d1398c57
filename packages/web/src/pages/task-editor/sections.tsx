import { useTranslation } from 'react-i18next'
import { CHOICES } from '../../api/task-fields.generated.ts'
import { AreaField, ChoiceField, ListField, NumberField, SwitchField, TextField } from './field-controls.tsx'
import { JsonField } from './json-field.tsx'
import { MapField } from './map-field.tsx'
import classes from './task-editor.module.css'
import { useInherited } from './use-inherited.ts'

export function AboutSection() {
  const { t } = useTranslation()
  return (
    <div className={classes.grid}>
      <AreaField path="description" label={t('editor.description')} />
      <ListField path="tags" label={t('editor.tags')} />
    </div>
  )
}

export function ParametersSection() {
  const { t } = useTranslation()
  return (
    <div className={classes.grid}>
      <MapField path="env" label={t('editor.env')} addLabel={t('editor.addEnv')} />
      <ListField path="params.args" label={t('editor.args')} description={t('editor.argsHint')} />
      <JsonField path="params.kwargs" label={t('editor.kwargs')} description={t('editor.kwargsHint')} />
      <TextField path="working_dir" label={t('editor.workingDir')} placeholder="/srv/app" isCode />
      <TextField path="run_as" label={t('editor.runAs')} description={t('editor.runAsHint')} isCode />
      <TextField path="encoding" label={t('editor.encoding')} description={t('editor.encodingHint')} isCode />
      <SwitchField path="detach" label={t('editor.detach')} description={t('editor.detachHint')} />
    </div>
  )
}

export function LimitsSection() {
  const { t } = useTranslation()
  const inherited = useInherited()
  return (
    <div className={classes.grid}>
      <NumberField
        path="concurrency.max"
        label={t('editor.max')}
        description={t('editor.maxHint')}
        placeholder={inherited.max}
      />
      <ChoiceField
        path="concurrency.overlap"
        label={t('editor.overlap')}
        choices={CHOICES['concurrency.overlap'].map((value) => ({ value, label: t(`editor.overlaps.${value}`) }))}
      />
      <TextField path="concurrency.key" label={t('editor.key_')} description={t('editor.keyHint')} />
      <NumberField path="concurrency.key_max" label={t('editor.keyMax')} description={t('editor.keyMaxHint')} />
      <NumberField
        path="timeout_seconds"
        label={t('editor.timeout')}
        description={t('editor.timeoutHint')}
        unit={t('editor.seconds')}
        placeholder={inherited.timeout}
      />
      <NumberField path="kill_grace_seconds" label={t('editor.killGrace')} unit={t('editor.seconds')} />
      <NumberField path="priority" label={t('editor.priority')} description={t('editor.priorityHint')} />
    </div>
  )
}
