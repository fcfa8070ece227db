import { useState } from 'react'
import { Dialog, Done } from '../ui/dialog.tsx'
import { Switch } from '../ui/field.tsx'
import { keysAreOn, turnKeys } from './keys.ts'
import { pageGroups } from './pages.ts'

const others: readonly (readonly [keys: readonly string[], words: string])[] = [
  [['Ctrl', 'K'], 'Find or jump to anything'],
  [['/'], 'To the search of the page'],
  [['f'], 'The next filter'],
  [['j', 'k'], 'Into a list, down and up in it'],
  [['x'], 'Select the row; with Shift all from the last one on'],
  [['Enter'], 'Open'],
  [['Esc'], 'Close, or let the selected rows go'],
  [['.'], 'What can be done with a row'],
  [['[', ']'], 'To what caused it, to what it caused'],
  [['c'], 'Copy its id'],
  [['r'], 'Resend, replay or run again'],
  [['e'], 'Edit'],
  [['l'], 'A flow as a list'],
  [['1'], 'The whole flow on its canvas'],
  [['?'], 'This list'],
]

/** Which keys there are. Who dictates, or presses keys by accident, turns off those that are a single sign. */
export function KeysDialog({ onClose }: { onClose(): void }) {
  const [on, setOn] = useState(keysAreOn)
  const pages = pageGroups.flatMap((group) => group.pages).filter(({ key }) => key !== undefined)
  return (
    <Dialog open onClose={onClose} title="Keys" actions={<Done onClose={onClose} />}>
      <div className="flex flex-col gap-5">
        {/* First, since it gets the focus: at the end it would open the list scrolled to its end. */}
        <Switch
          label="Keys of a single sign"
          checked={on}
          onChange={(next) => {
            turnKeys(next)
            setOn(next)
          }}
        />
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] items-center gap-x-4 gap-y-1.5">
          {[...others, ...pages.map(({ key, label }) => [['g', key ?? ''], label] as const)].map(([keys, words]) => (
            <div key={words} className="contents">
              <dt className="flex gap-1">
                {keys.map((key) => (
                  <kbd
                    key={key}
                    className="min-w-6 rounded-sm border border-line-strong bg-surface px-1.5 py-0.5 text-center font-sans text-xs"
                  >
                    {key}
                  </kbd>
                ))}
              </dt>
              <dd>{words}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  )
}
