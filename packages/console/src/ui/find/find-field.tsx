import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '../../lib/class-names.ts'
import { type Named, type Noun, useNames } from '../../lib/queries/names.ts'
import { Field, inputLook } from '../field.tsx'
import { Find } from './find.tsx'

interface Props {
  /** Absent: of the organisation. */
  readonly app?: string
  readonly noun: Noun
  readonly label: string
  /** An id or uid; empty: none is chosen. */
  readonly value: string
  /** What stands there while none is chosen. */
  readonly none: string
  readonly hint?: ReactNode
  readonly fault?: ReactNode | undefined
  onChoose(found: Named): void
}

/** A field of a form whose value is one of what may be thousands. */
export function FindField({ app = '', noun, label, value, none, hint, fault, onChoose }: Props) {
  const name = useNames(app, noun, [value === '' ? undefined : value]).get(value)
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <Find
          app={app}
          noun={noun}
          onChoose={onChoose}
          trigger={
            <button
              type="button"
              {...ids}
              className={classNames('flex h-control items-center justify-between gap-2 text-left', inputLook(fault !== undefined))}
            >
              <span className={classNames('clip', value === '' && 'text-text-3')}>{name ?? (value === '' ? none : value)}</span>
              <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
            </button>
          }
        />
      )}
    </Field>
  )
}
