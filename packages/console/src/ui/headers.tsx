import type { ReactNode } from 'react'
import { visible } from '../lib/visible.ts'

/** Header lines as they went over the wire. */
export function Headers({
  headers,
  first,
  label,
}: {
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The line before them. */
  readonly first?: ReactNode
  readonly label: string
}) {
  return (
    <div
      role="region"
      tabIndex={0}
      aria-label={label}
      className="max-h-72 min-w-0 overflow-auto rounded-md border border-line bg-sunken p-3 font-mono leading-code break-all"
    >
      {first !== undefined && <div>{first}</div>}
      {headers.map(([name, value], at) => (
        <div key={at}>
          <span className="text-code-key">{visible(name)}</span>
          <span className="text-text-3">: </span>
          <bdi className="text-code-string">{visible(value)}</bdi>
        </div>
      ))}
      {headers.length === 0 && <span className="text-text-3">No headers.</span>}
    </div>
  )
}
