import { Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../ui/panel.tsx'
import { BasicFields } from './basic-fields.tsx'
import { useEditor } from './editor-context.ts'
import { FoldedSections } from './folded-sections.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import classes from './task-editor.module.css'

interface EditorFormProps {
  /** Each schedule as cron, as far as there is such. */
  crons: readonly (string | null)[]
  /** The folded sections that are open. */
  open: string[]
  onOpen: (open: string[]) => void
}

/** All fields of a task, those first that none does without. */
export function EditorForm({ crons, open, onOpen }: EditorFormProps) {
  const { t } = useTranslation()
  const { task } = useEditor()
  return (
    <>
      <Panel>
        <div className={classes.form}>
          <BasicFields isNew={task === undefined} />
        </div>
      </Panel>
      <Panel title={t('schedule.title')} aside={<EnabledSwitch />}>
        <div className={classes.form}>
          <ScheduleFields crons={crons} />
        </div>
      </Panel>
      <div className={classes.folded}>
        <FoldedSections open={open} onOpen={onOpen} />
      </div>
    </>
  )
}

function EnabledSwitch() {
  const { t } = useTranslation()
  const { document, set } = useEditor()
  return (
    <Switch
      label={t('editor.enabled')}
      labelPosition="left"
      title={t('editor.enabledHint')}
      checked={document.enabled !== false}
      onChange={(event) => set('enabled', event.currentTarget.checked)}
    />
  )
}
