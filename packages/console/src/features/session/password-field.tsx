import { Eye, EyeOff } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { Field, inputLook } from '../../ui/field.tsx'

/** A password that its owner may look at. */
export function PasswordField({
  label = 'Password',
  value,
  onText,
  fault,
  hint,
  isNew = false,
  autoFocus = false,
}: {
  readonly label?: string
  readonly value: string
  onText(text: string): void
  readonly fault?: ReactNode | undefined
  readonly hint?: ReactNode
  readonly isNew?: boolean
  readonly autoFocus?: boolean
}) {
  const [shown, setShown] = useState(false)
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <span className="relative flex">
          <input
            {...ids}
            name="password"
            type={shown ? 'text' : 'password'}
            autoComplete={isNew ? 'new-password' : 'current-password'}
            autoFocus={autoFocus}
            spellCheck={false}
            autoCapitalize="none"
            value={value}
            onChange={(event) => onText(event.target.value)}
            className={`h-control pr-9 ${inputLook(fault !== undefined)}`}
          />
          <button
            type="button"
            aria-label={shown ? 'Hide the password' : 'Show the password'}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0 right-0 grid w-9 place-items-center text-text-3 hover:text-text"
          >
            {shown ? <EyeOff aria-hidden className="size-4" /> : <Eye aria-hidden className="size-4" />}
          </button>
        </span>
      )}
    </Field>
  )
}
