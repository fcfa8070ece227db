import { Switch as BaseSwitch } from '@base-ui/react/switch'
import { Check, ChevronDown, Minus } from 'lucide-react'
import { type ComponentProps, type ReactNode, useEffect, useId } from 'react'
import { classNames } from '../lib/class-names.ts'

interface FieldProps {
  readonly label: ReactNode
  readonly optional?: boolean
  /** Below the field; a fault takes its place. */
  readonly hint?: ReactNode
  readonly fault?: ReactNode | undefined
  /** Where a form wants to find the input again. */
  readonly inputId?: string
}

/** The look of everything that is typed into. */
export const inputLook = (fault: boolean): string =>
  classNames(
    'w-full rounded-md border bg-surface px-2.5 focus-visible:-outline-offset-1',
    '[&[readonly]]:border-line-strong [&[readonly]]:bg-sunken disabled:border-line-strong disabled:bg-sunken',
    fault ? 'border-fail-mark' : 'border-edge',
  )

/** Label above, hint below, the fault in the hint's place. */
export function Field({
  label,
  optional,
  hint,
  fault,
  inputId,
  children,
}: FieldProps & {
  children(ids: { readonly id: string; readonly 'aria-describedby': string; readonly 'aria-invalid': boolean }): ReactNode
}) {
  const made = useId()
  const id = inputId ?? made
  useFocusOfFirstFault(id, fault !== undefined)
  const described = `${id}-hint`
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="flex items-center gap-2 font-medium">
        {label}
        {optional && <span className="text-xs font-normal text-text-3">optional</span>}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': fault !== undefined })}
      <div id={described} className={classNames('text-xs', fault === undefined ? 'text-text-3' : 'text-fail-text')}>
        {fault ?? hint}
      </div>
    </div>
  )
}

/** Whoever submits a form with faults is at the first of them. */
function useFocusOfFirstFault(id: string, isFaulty: boolean): void {
  useEffect(() => {
    const field = document.getElementById(id)
    const form = field?.closest('form')
    if (!isFaulty || form == null) return
    if (form.querySelector('[aria-invalid=true]') === field) field?.focus()
  }, [id, isFaulty])
}

export function TextField({
  label,
  optional,
  hint,
  fault,
  inputId,
  mono = false,
  onText,
  className,
  ...rest
}: FieldProps & { readonly mono?: boolean; onText?: (text: string) => void } & Omit<ComponentProps<'input'>, 'id'>) {
  return (
    <Field
      label={label}
      {...(optional !== undefined && { optional })}
      {...(inputId !== undefined && { inputId })}
      hint={hint}
      fault={fault}
    >
      {(ids) => (
        <input
          type="text"
          autoComplete="off"
          spellCheck={false}
          {...ids}
          {...rest}
          onChange={(event) => onText?.(event.target.value)}
          className={classNames('h-control', inputLook(fault !== undefined), mono && 'font-mono', className)}
        />
      )}
    </Field>
  )
}

export function TextArea({
  label,
  optional,
  hint,
  fault,
  inputId,
  mono = false,
  onText,
  className,
  ...rest
}: FieldProps & { readonly mono?: boolean; onText?: (text: string) => void } & Omit<ComponentProps<'textarea'>, 'id'>) {
  return (
    <Field
      label={label}
      {...(optional !== undefined && { optional })}
      {...(inputId !== undefined && { inputId })}
      hint={hint}
      fault={fault}
    >
      {(ids) => (
        <textarea
          rows={4}
          spellCheck={false}
          {...ids}
          {...rest}
          onChange={(event) => onText?.(event.target.value)}
          className={classNames('py-2', inputLook(fault !== undefined), mono && 'font-mono leading-code', className)}
        />
      )}
    </Field>
  )
}

/** The platform's own select: it works with every keyboard, reader and phone. */
export function SelectField<Value extends string>({
  label,
  optional,
  hint,
  fault,
  inputId,
  options,
  value,
  onValue,
  disabled = false,
}: FieldProps & {
  readonly options: readonly { readonly value: NoInfer<Value>; readonly label: string }[]
  readonly value: Value
  onValue(value: Value): void
  readonly disabled?: boolean
}) {
  return (
    <Field
      label={label}
      {...(optional !== undefined && { optional })}
      {...(inputId !== undefined && { inputId })}
      hint={hint}
      fault={fault}
    >
      {(ids) => (
        <span className="relative flex">
          <select
            {...ids}
            value={value}
            disabled={disabled}
            onChange={(event) => onValue(event.target.value as Value)}
            className={classNames('h-control appearance-none pr-8', inputLook(fault !== undefined))}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown aria-hidden className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-text-3" />
        </span>
      )}
    </Field>
  )
}

/** The box alone. `label` is its name where no words stand beside it; `mixed`: some of what it stands for. */
export function TickBox({
  checked,
  mixed = false,
  disabled = false,
  label,
  onChange,
}: {
  readonly checked: boolean
  readonly mixed?: boolean
  readonly disabled?: boolean
  readonly label?: string
  onChange(checked: boolean, how: { readonly shift: boolean }): void
}) {
  return (
    <span className="relative grid size-4 shrink-0 place-items-center">
      <input
        type="checkbox"
        ref={(input) => void (input !== null && (input.indeterminate = mixed))}
        checked={checked}
        disabled={disabled}
        aria-label={label}
        onChange={({ target, nativeEvent }) =>
          onChange(target.checked, { shift: 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true })
        }
        className="size-4 appearance-none rounded-sm border border-edge bg-surface checked:border-transparent checked:bg-accent"
      />
      {checked && <Check aria-hidden strokeWidth={2.5} className="pointer-events-none absolute size-3 text-on-accent" />}
      {mixed && !checked && <Minus aria-hidden strokeWidth={2.5} className="pointer-events-none absolute size-3 text-accent-text" />}
    </span>
  )
}

export function Checkbox({
  label,
  hint,
  checked,
  onChange,
  disabled = false,
}: {
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly checked: boolean
  onChange(checked: boolean): void
  readonly disabled?: boolean
}) {
  return (
    <label className={classNames('flex min-h-target items-center gap-2', disabled && 'opacity-55')}>
      <TickBox checked={checked} disabled={disabled} onChange={(next) => onChange(next)} />
      <span className="min-w-0">
        {label}
        {hint !== undefined && <span className="block text-xs text-text-3">{hint}</span>}
      </span>
    </label>
  )
}

export function Switch({
  label,
  checked,
  onChange,
  disabled = false,
}: {
  readonly label: string
  readonly checked: boolean
  onChange(checked: boolean): void
  readonly disabled?: boolean
}) {
  return (
    <label className="inline-flex min-h-target items-center gap-2 font-medium">
      <BaseSwitch.Root
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        className="relative h-[18px] w-[30px] shrink-0 rounded-full bg-idle-mark transition-colors duration-100 data-checked:bg-accent data-disabled:opacity-55"
      >
        <BaseSwitch.Thumb className="absolute top-0.5 left-0.5 size-3.5 rounded-full bg-on-accent transition-transform duration-100 data-checked:translate-x-3" />
      </BaseSwitch.Root>
      {label}
    </label>
  )
}
