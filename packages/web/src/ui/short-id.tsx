import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** The end of an id, where UUIDv7 differ; a click copies all of it. */
export function ShortId({ id }: { id: string }) {
  const { t } = useTranslation()
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('actions.copied') : id}>
          <UnstyledButton
            onClick={(event) => {
              event.stopPropagation()
              copy()
            }}
            className="mono"
            style={{ fontSize: 12, color: 'var(--ink-dim)' }}
            aria-label={t('id.copy', { id: id.slice(-8) })}
          >
            {id.slice(-8)}
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  )
}
