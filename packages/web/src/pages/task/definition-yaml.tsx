import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { documentOf } from '../../subjects/task/task-document.ts'
import { writeYaml } from '../../subjects/task/yaml-text.ts'

/** Apart, because YAML is loaded only when somebody looks. */
export default function DefinitionYaml({ task }: { task: Task }) {
  const { t } = useTranslation()
  return (
    <CodeEditor
      value={writeYaml(documentOf(task))}
      language="yaml"
      label={t('taskPage.tabs.definition')}
      isReadOnly
      mostLines={60}
    />
  )
}
