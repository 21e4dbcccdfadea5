import type { ComponentProps } from 'react'
import { Icon, type IconName } from './Icon'

export interface ButtonProps extends ComponentProps<'button'> {
  look?: 'plain' | 'main' | 'line' | 'danger'
  icon?: IconName
}

export function Button({ look = 'plain', icon, children, ...rest }: ButtonProps) {
  return (
    <button type="button" className="button" data-look={look} {...rest}>
      {icon ? <Icon name={icon} size={18} /> : null}
      {children}
    </button>
  )
}

export interface IconButtonProps extends ComponentProps<'button'> {
  icon: IconName
  /** What the button does; read aloud and shown on hover. */
  label: string
  size?: number
}

export function IconButton({ icon, label, size = 20, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" className={`icon-button ${className ?? ''}`} aria-label={label} data-tip={label} {...rest}>
      <Icon name={icon} size={size} />
    </button>
  )
}
