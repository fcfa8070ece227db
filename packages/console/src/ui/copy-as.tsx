import { Check, ChevronDown, Copy } from 'lucide-react'
import { type Call, callForms } from '../lib/call-as.ts'
import { Button } from './button.tsx'
import { useCopy } from './copy-button.tsx'
import { Menu, MenuItem } from './menu.tsx'

/** Copies a call as a command or as a piece of program; where a secret was, stands `$SECRET`. */
export function CopyAs({ call }: { readonly call: Call }) {
  const { copied, copy } = useCopy()
  return (
    <Menu
      align="start"
      trigger={
        <Button>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
          {copied ? 'Copied' : 'Copy as'}
          <ChevronDown aria-hidden />
        </Button>
      }
    >
      {callForms.map(({ label, write }) => (
        <MenuItem key={label} onSelect={() => copy(write(call))}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  )
}
