import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { classNames } from '../lib/class-names.ts'

const popupLook =
  'z-30 max-h-[min(420px,var(--available-height))] min-w-44 overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-2 outline-none transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0'
const itemLook =
  'flex min-h-control-sm cursor-default items-center gap-2 rounded-md px-2 outline-none select-none data-highlighted:bg-hover [&_svg]:size-[15px] [&_svg]:text-text-3'

/** What opens under a button. */
export function Menu({
  trigger,
  children,
  align = 'end',
  open = false,
}: {
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
  /** It is open from the first. */
  readonly open?: boolean
}) {
  return (
    <Base.Root defaultOpen={open}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align={align} className="z-30 outline-none">
          <Base.Popup className={popupLook}>{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem({
  children,
  onSelect,
  danger = false,
  disabled = false,
}: {
  readonly children: ReactNode
  onSelect(): void
  readonly danger?: boolean
  readonly disabled?: boolean
}) {
  return (
    <Base.Item
      disabled={disabled}
      onClick={onSelect}
      className={classNames(itemLook, danger && 'text-fail-text [&_svg]:text-fail-mark', disabled && 'opacity-55')}
    >
      {children}
    </Base.Item>
  )
}

/** One of several that can be on at once. */
export function MenuCheck({
  children,
  checked,
  onChange,
}: {
  readonly children: ReactNode
  readonly checked: boolean
  onChange(checked: boolean): void
}) {
  return (
    <Base.CheckboxItem checked={checked} onCheckedChange={onChange} closeOnClick={false} className={itemLook}>
      <span
        className={classNames(
          'grid size-4 shrink-0 place-items-center rounded-sm border',
          checked ? 'border-transparent bg-accent text-on-accent' : 'border-edge bg-surface',
        )}
      >
        <Base.CheckboxItemIndicator>
          <Check aria-hidden strokeWidth={2.5} className="size-3! text-on-accent!" />
        </Base.CheckboxItemIndicator>
      </span>
      {children}
    </Base.CheckboxItem>
  )
}

export function MenuLine() {
  return <Base.Separator className="my-1 h-px bg-line" />
}

export function MenuTitle({ children }: { readonly children: ReactNode }) {
  return <div className="px-2 pt-1.5 pb-1 text-xs font-medium text-text-3">{children}</div>
}
