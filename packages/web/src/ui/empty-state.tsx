import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface EmptyStateProps {
  title: string
  text?: string
  /** It is all there is on the page. */
  isPage?: boolean
  children?: ReactNode
}

/** An empty place that teaches: what would stand here, and the first step (`children`: its buttons). */
export function EmptyState({ title, text, isPage = false, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py={56} px="lg">
      <Title order={isPage ? 1 : 2} size="h2">
        {title}
      </Title>
      {text && (
        <Text c="dimmed" maw={520} ta="center">
          {text}
        </Text>
      )}
      {children}
    </Stack>
  )
}
