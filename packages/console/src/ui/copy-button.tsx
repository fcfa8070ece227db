import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { shortId } from '../lib/ids.ts'
import { announce } from './announcer.tsx'
import { Button, IconButton } from './button.tsx'

/** Copies, and says so for two seconds. */
export function useCopy(): { readonly copied: boolean; copy(text: string): void } {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  return {
    copied,
    copy: (text) => {
      void writeText(text).then((done) => {
        setCopied(done)
        announce(done ? 'Copied.' : 'The browser did not allow copying. Select the text and copy it by hand.')
      })
    },
  }
}

/** `navigator.clipboard` exists on https and localhost only; a server in the local network is reached without. */
async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const before = document.activeElement
    const area = document.createElement('textarea')
    area.value = text
    area.setAttribute('aria-hidden', 'true')
    area.style.position = 'fixed'
    area.style.opacity = '0'
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    if (before instanceof HTMLElement) before.focus()
    return done
  }
}

export function CopyIcon({ text, label, size }: { readonly text: string; readonly label: string; readonly size?: 'md' | 'sm' }) {
  const { copied, copy } = useCopy()
  return (
    <IconButton size={size ?? 'sm'} label={label} onClick={() => copy(text)}>
      {copied ? <Check aria-hidden className="text-ok-mark" /> : <Copy aria-hidden />}
    </IconButton>
  )
}

export function CopyButton({
  text,
  children,
  kind,
  onCopied,
}: {
  readonly text: string
  readonly children: string
  readonly kind?: 'primary' | 'outline'
  onCopied?: () => void
}) {
  const { copied, copy } = useCopy()
  return (
    <Button
      kind={kind ?? 'outline'}
      onClick={() => {
        copy(text)
        onCopied?.()
      }}
    >
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      {copied ? 'Copied' : children}
    </Button>
  )
}

/** An id, cut in its middle, whole on hover, with its copy button. */
export function CopyableId({ id, strong = false }: { readonly id: string; readonly strong?: boolean }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-1">
      <code title={id} className={strong ? 'font-mono font-strong' : 'font-mono text-text-2'}>
        {shortId(id)}
      </code>
      <CopyIcon text={id} label={`Copy ${id}`} />
    </span>
  )
}
