import { KeyRound, ShieldOff } from 'lucide-react'
import { authWords, type Listener } from './queries.ts'

/** How requests prove where they come from; nobody overlooks that they need not. */
export function AuthMark({ listener }: { readonly listener: Listener }) {
  return listener.auth.kind === 'none' ? (
    <span className="inline-flex items-center gap-1.5 font-medium text-wait-text">
      <ShieldOff aria-hidden className="size-[15px] shrink-0 text-wait-mark" />
      None
    </span>
  ) : (
    <span className="inline-flex min-w-0 items-center gap-1.5 text-text-2">
      <KeyRound aria-hidden className="size-[15px] shrink-0" />
      <span className="clip">{authWords(listener)}</span>
    </span>
  )
}
