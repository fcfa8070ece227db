import { classNames } from '../lib/class-names.ts'
import { visible } from '../lib/visible.ts'
import { type DiffLine, diffLines } from '../lib/text/diff-lines.ts'

const looks: Readonly<Record<DiffLine['kind'], string>> = {
  same: 'text-text-2',
  added: 'bg-ok-tint text-ok-text',
  removed: 'bg-fail-tint text-fail-text',
}
const marks: Readonly<Record<DiffLine['kind'], string>> = { same: ' ', added: '+', removed: '-' }
/** Around what changed, so many lines stay. */
const CONTEXT = 3

/** Two texts as lines that went and came; what is the same and far away is left out. */
export function DiffView({ before, after, label }: { readonly before: string; readonly after: string; readonly label: string }) {
  const lines = diffLines(before, after)
  if (lines.every(({ kind }) => kind === 'same')) return <p className="text-text-2">Nothing differs.</p>
  const near = lines.map((_, at) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(({ kind }) => kind !== 'same'))
  return (
    <div
      role="region"
      tabIndex={0}
      aria-label={label}
      className="max-h-[50vh] min-w-0 overflow-auto rounded-md border border-line bg-sunken py-2 font-mono leading-code"
    >
      <div className="w-max min-w-full">
        {lines.map(({ kind, text }, at) =>
          near[at] ? (
            <div key={at} className={classNames('px-3 whitespace-pre', looks[kind])}>
              <span aria-label={kind === 'same' ? undefined : kind}>{marks[kind]}</span> {visible(text)}
            </div>
          ) : (
            near[at - 1] === true && (
              <div key={at} className="px-3 text-text-3">
                …
              </div>
            )
          ),
        )}
      </div>
    </div>
  )
}
