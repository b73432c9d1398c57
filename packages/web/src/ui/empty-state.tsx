import { Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** An empty place that teaches: what would stand here, and the first step (`children`: its buttons). */
export function EmptyState({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" py={56} px="lg">
      <Title order={2}>{title}</Title>
      {text && (
        <Text c="dimmed" maw={520} ta="center">
          {text}
        </Text>
      )}
      {children}
    </Stack>
  )
}
