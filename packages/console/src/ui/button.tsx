import { Link, type LinkProps } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import { classNames } from '../lib/class-names.ts'

/** `primary` once in a view; `danger` is never primary. */
type Kind = 'primary' | 'outline' | 'quiet' | 'danger'
type Size = 'md' | 'sm'

const kinds: Readonly<Record<Kind, string>> = {
  primary: 'bg-accent border-transparent text-on-accent shadow-1 hover:bg-accent-hover',
  outline: 'bg-surface border-line-strong shadow-1 hover:bg-hover',
  quiet: 'bg-transparent border-transparent text-text-2 hover:bg-hover hover:text-text',
  danger: 'bg-surface border-line-strong text-fail-text shadow-1 hover:bg-fail-tint',
}

/** The look of everything that is pressed; links that look so share it. */
function buttonLook(kind: Kind = 'outline', size: Size = 'md', square = false): string {
  return classNames(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors duration-100',
    'disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-[15px] [&_svg]:shrink-0',
    size === 'md' ? 'h-control' : 'h-control-sm',
    square ? (size === 'md' ? 'w-control' : 'w-control-sm') : size === 'md' ? 'px-3' : 'px-2.5',
    kinds[kind],
  )
}

interface Look {
  readonly kind?: Kind
  readonly size?: Size
}

export function Button({ kind, size, className, ...rest }: Look & ComponentProps<'button'>) {
  return <button type="button" {...inert(rest)} className={classNames(buttonLook(kind, size), className)} />
}

/**
 * A button that cannot be pressed now keeps the focus that it has: a disabled one would lose it to the page, and whoever works by
 * keyboard their place, each time something is under way.
 */
function inert({ disabled, onClick, ...rest }: ComponentProps<'button'>): ComponentProps<'button'> {
  if (disabled !== true) return { ...rest, onClick }
  return { ...rest, 'aria-disabled': true, onClick: (event) => event.preventDefault() }
}

/** An icon alone; `label` is its name, for screen readers and on hover. */
export function IconButton({
  kind = 'quiet',
  size,
  label,
  className,
  ...rest
}: Look & { readonly label: string } & Omit<ComponentProps<'button'>, 'aria-label'>) {
  return (
    <button
      type="button"
      title={label}
      aria-label={label}
      {...inert(rest)}
      className={classNames(buttonLook(kind, size, true), className)}
    />
  )
}

export function LinkButton({ kind, size, children, ...link }: Look & LinkProps & { readonly children: ReactNode }) {
  return (
    <Link {...link} className={buttonLook(kind, size)}>
      {children}
    </Link>
  )
}
