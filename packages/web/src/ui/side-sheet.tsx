import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'

interface SideSheetProps {
  isOpen: boolean
  onClose: () => void
  title: ReactNode
  children: ReactNode
  /** Pixels. */
  width?: number
}

/** A quick look beside a list, which keeps its place and stays usable. */
export function SideSheet({ isOpen, onClose, title, children, width = 560 }: SideSheetProps) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title={title}
      size={width}
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      styles={{ content: { borderLeft: '1px solid var(--line)', boxShadow: 'var(--shadow-pop)' } }}
    >
      {children}
    </Drawer>
  )
}
