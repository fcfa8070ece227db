import { cloneElement, type ReactElement, type ReactNode, Suspense, useState } from 'react'

/** A menu whose parts are fetched when it is asked for: until then its button stands alone, and the first page is there sooner. */
export function LateMenu({ trigger, menu }: { readonly trigger: ReactElement<object>; menu(trigger: ReactElement): ReactNode }) {
  const [asked, setAsked] = useState(false)
  const button = cloneElement(trigger, { 'aria-haspopup': 'menu', onClick: () => setAsked(true) } as object)
  return asked ? <Suspense fallback={button}>{menu(trigger)}</Suspense> : button
}
