import { useBlocker } from '@tanstack/react-router'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { Confirm } from '../../ui/confirm.tsx'

interface LeaveGuardProps {
  isDirty: boolean
  /** Saved or given up: nothing is asked any more. */
  isClosed: RefObject<boolean>
  onLeave: () => void
}

/** Asks before unsaved changes are left behind. A reload keeps them, so it asks only where the browser does. */
export function LeaveGuard({ isDirty, isClosed, onLeave }: LeaveGuardProps) {
  const { t } = useTranslation()
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && !isClosed.current && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty && !isClosed.current,
    withResolver: true,
  })
  return (
    <Confirm
      isOpen={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title={t('editor.leaveTitle')}
      action={t('editor.leave')}
      onConfirm={async () => {
        onLeave()
        blocker.proceed?.()
      }}
    >
      {t('editor.leaveText')}
    </Confirm>
  )
}
