import { Alert, Button, Group, Kbd, SegmentedControl, Text } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { formatInstant } from '../../format/instant.ts'
import { useWidth } from '../../ground/width.ts'
import { useZone } from '../../ground/zone.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { useEditor } from './editor-context.ts'

interface EditorHeaderProps {
  title: string
  isYaml: boolean
  /** The text is no task, so the form cannot show it. */
  isYamlOnly: boolean
  onYaml: (isYaml: boolean) => void
  onCancel: () => void
  isBusy: boolean
  canSave: boolean
}

/** What is edited, in which view, and the way out: saved or not. */
export function EditorHeader({ title, isYaml, isYamlOnly, onYaml, onCancel, isBusy, canSave }: EditorHeaderProps) {
  const { t } = useTranslation()
  const { task } = useEditor()
  const hasKeys = useWidth() !== 'phone'
  return (
    <PageHeader
      title={title}
      actions={
        <>
          <SegmentedControl
            aria-label={t('editor.view')}
            data={[
              { value: 'form', label: t('editor.form'), disabled: isYamlOnly },
              { value: 'yaml', label: t('editor.yaml') },
            ]}
            value={isYaml ? 'yaml' : 'form'}
            onChange={(value) => onYaml(value === 'yaml')}
          />
          <Button variant="default" onClick={onCancel}>
            {t('actions.cancel')}
          </Button>
          <Button
            type="submit"
            loading={isBusy}
            disabled={!canSave}
            rightSection={hasKeys && <Kbd size="xs">Ctrl S</Kbd>}
          >
            {task ? t('actions.save') : t('editor.create')}
          </Button>
        </>
      }
    />
  )
}

/** Unsaved work of an earlier visit is shown again, and can be given up. `at` is when it was kept, epoch ms. */
export function RestoredNotice({ at, onDiscard }: { at: number; onDiscard: () => void }) {
  const { t } = useTranslation()
  const zone = useZone(useEditor().task?.timezone)
  return (
    <Alert variant="light" color="gray" icon={<IconHistory size={18} />} mb="md" p="xs">
      <Group justify="space-between">
        <Text size="sm">{t('editor.restored', { at: formatInstant(at, { zone }) })}</Text>
        <Button variant="default" size="compact-xs" onClick={onDiscard}>
          {t('editor.discard')}
        </Button>
      </Group>
    </Alert>
  )
}
