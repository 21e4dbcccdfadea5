import * as Parts from '@radix-ui/react-dialog'
import type { ReactNode } from 'react'
import { IconButton } from './Button'

interface DialogProps {
  title: string
  size?: 'normal' | 'wide'
  onClose: () => void
  children: ReactNode
}

/** A window over the page; Escape and a click beside it close it. */
export function Dialog({ title, size = 'normal', onClose, children }: DialogProps) {
  return (
    <Parts.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="dialog-shade" />
        <Parts.Content className="dialog" data-size={size} aria-describedby={undefined}>
          <Parts.Title className="dialog-title">{title}</Parts.Title>
          {children}
          <Parts.Close asChild>
            <IconButton className="dialog-close" icon="close" label="Close" />
          </Parts.Close>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}
