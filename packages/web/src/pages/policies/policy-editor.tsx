import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parse, stringify } from 'yaml'
import { api, data } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { Schema } from '../../api/types.ts'
import { CodeEditor } from '../../code-editor/code-editor.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { CheckedTasks } from './violations.tsx'

type Policy = Schema<'Policy'>
type PolicyInput = Schema<'PolicyInput'>

/** What a new policy begins with: every rule that there is, each saying nothing. */
const BLANK = `name: ''
description: ''
applies_to:
  groups: []
  roles: []
  user_groups: []
rules:
  types: null
  interpreters: null
  run_as: { users: null, default: null, not_server: false }
  working_dirs: null
  limits: { timeout_seconds: null, memory_bytes: null, cpus: null, processes: null, open_files: null }
  network: { allow: null, deny: [] }
  commands: { allow: null, deny: [] }
  requires_approval: false
`

/** A policy as text; before it is saved one can see which tasks would not comply. */
export default function PolicyEditor({ policy, onClose }: { policy: Policy | null; onClose: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(() => (policy === null ? BLANK : stringify(writable(policy))))
  const [found, setFound] = useState<Schema<'PolicyCheck'> | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)

  async function attempt(work: (input: PolicyInput) => Promise<void>): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      await work(read(text, t('policies.noPolicy')))
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }

  const check = (input: PolicyInput) =>
    data(api.POST('/api/scheduler/policies/check', { body: { policy: input } })).then(setFound)

  async function save({ name, ...input }: PolicyInput): Promise<void> {
    if (policy === null) await api.POST('/api/scheduler/policies', { body: { name, ...input } })
    else {
      const params = { path: { policy: policy.name } }
      await api.PUT('/api/scheduler/policies/{policy}', { params, body: { ...input, version: policy.version } })
    }
    notifications.show({ message: t('policies.saved', { name }) })
    onClose()
  }

  return (
    <Modal opened onClose={onClose} size="xl" title={policy === null ? t('policies.add') : policy.name}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('policies.hint')}
        </Text>
        <CodeEditor value={text} onChange={setText} language="yaml" label={t('policies.text')} leastLines={16} />
        {error !== null && <ProblemNotice error={error} />}
        {found && <CheckedTasks found={found} />}
        <Group justify="flex-end">
          <Button variant="default" loading={isBusy} onClick={() => void attempt(check)}>
            {t('policies.tryOut')}
          </Button>
          <Button loading={isBusy} onClick={() => void attempt(save)}>
            {t('actions.save')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const writable = ({ name, description, enabled, applies_to, rules }: Policy) => ({
  ...{ name, description, enabled },
  applies_to,
  rules,
})

/** Throws an ApiProblem for text that is no object; all else the server says. */
function read(text: string, otherwise: string): PolicyInput {
  let value: unknown
  try {
    value = parse(text, { version: '1.2' })
  } catch (thrown) {
    throw new ApiProblem(422, null, (thrown as Error).message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ApiProblem(422, null, otherwise)
  return value as PolicyInput
}
