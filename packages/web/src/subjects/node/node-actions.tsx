import { ActionIcon, Button, Menu, Text, TextInput } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useMay } from '../../ground/identity.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { notifyDone } from '../../ui/notify-done.tsx'
import type { Node } from './node-queries.ts'

interface NodeActionsProps {
  node: Node
  /** Behind three dots, for a row. */
  isMenu?: boolean
  /** Told when it is no node any more. */
  onRemoved?: () => void
}

/** What is done with a node: let it run empty, let it take work again, remove it. */
export function NodeActions({ node, isMenu = false, onRemoved }: NodeActionsProps) {
  const { t } = useTranslation()
  const mayManage = useMay('manage', 'node')
  const [asked, setAsked] = useState<'drain' | 'remove' | null>(null)
  const acts = useActs(node)
  if (!mayManage) return null
  const drain = node.draining ? () => void acts.undrain().catch(notifyProblem) : () => setAsked('drain')
  const drainWord = t(node.draining ? 'nodes.undrain' : 'nodes.drain')
  return (
    <>
      {isMenu ? (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon
              aria-label={t('nodes.actsOf', { name: node.name })}
              onClick={(event) => event.stopPropagation()}
            >
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
            <Menu.Item onClick={drain}>{drainWord}</Menu.Item>
            <Menu.Item color="red" onClick={() => setAsked('remove')}>
              {t('nodes.remove')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ) : (
        <>
          <Button variant="default" onClick={drain}>
            {drainWord}
          </Button>
          <Button variant="default" onClick={() => setAsked('remove')}>
            {t('nodes.remove')}
          </Button>
        </>
      )}
      <Asked node={node} asked={asked} acts={acts} onClose={() => setAsked(null)} onRemoved={onRemoved} />
    </>
  )
}

interface AskedProps {
  node: Node
  asked: 'drain' | 'remove' | null
  acts: ReturnType<typeof useActs>
  onClose: () => void
  onRemoved: (() => void) | undefined
}

/** A dialog stands outside of the row that it was asked from, but its clicks come there, too. */
function Asked({ node, asked, acts, onClose, onRemoved }: AskedProps) {
  const { t } = useTranslation()
  const [reason, setReason] = useState('')
  const { name, running } = node
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it keeps clicks and keys of the dialogs from the row around
    <div
      role="presentation"
      style={{ display: 'contents' }}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Confirm
        isOpen={asked === 'drain'}
        onClose={onClose}
        title={t('nodes.drainTitle', { name })}
        action={t('nodes.drain')}
        onConfirm={() => acts.drain(reason)}
      >
        <Text size="sm" mb="sm">
          {t('nodes.drainText', { count: running ?? 0 })}
        </Text>
        <TextInput
          label={t('nodes.drainReason')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </Confirm>
      <Confirm
        isOpen={asked === 'remove'}
        onClose={onClose}
        title={t('nodes.removeTitle', { name })}
        action={t('nodes.remove')}
        onConfirm={async () => {
          await acts.remove()
          onRemoved?.()
        }}
      >
        {t('nodes.removeText', { count: running ?? 0 })}
      </Confirm>
    </div>
  )
}

function useActs({ id, name }: Node) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const path = { params: { path: { node: id } } }
  const reload = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['nodes'] }),
      client.invalidateQueries({ queryKey: ['node', id] }),
    ])
  async function undrain(): Promise<void> {
    await api.POST('/api/scheduler/nodes/{node}/undrain', path)
    notifyDone(t('nodes.undrained', { name }))
    await reload()
  }
  return {
    undrain,
    async drain(reason: string) {
      await api.POST('/api/scheduler/nodes/{node}/drain', { ...path, body: reason.trim() === '' ? {} : { reason } })
      notifyDone(t('nodes.drained', { name }), { undo: () => undrain().catch(notifyProblem) })
      await reload()
    },
    async remove() {
      await api.DELETE('/api/scheduler/nodes/{node}', path)
      notifyDone(t('nodes.removed', { name }))
      await client.invalidateQueries({ queryKey: ['nodes'] })
    },
  }
}
