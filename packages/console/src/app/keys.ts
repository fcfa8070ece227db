import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { isTyping } from '../lib/typing.ts'
import { actByKey } from './act-by-key.ts'
import { pageGroups } from './pages.ts'

const pages = pageGroups.flatMap((group) => group.pages)

const STORED = 'posthorn.keys'

/** Whether single signs are keys: WCAG asks that they can be turned off. */
export function keysAreOn(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off'
  } catch {
    return true
  }
}

export function turnKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(STORED)
    else localStorage.setItem(STORED, 'off')
  } catch {
    // Storage can be forbidden; then they stay as they are.
  }
}

interface Acts {
  search(): void
  /** Shows which keys there are. */
  help(): void
}

/** Ctrl K searches, `?` lists the keys, `g` and a letter go to a page; others act on what is shown. Single signs only outside of inputs. */
export function useGoToKeys(app: string, { search, help }: Acts): void {
  const navigate = useNavigate()
  useEffect(() => {
    let goes = false
    const onKeyDown = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        search()
        return
      }
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || !keysAreOn()) return
      const page = goes ? pages.find(({ key }) => key === event.key) : undefined
      goes = event.key === 'g'
      if (page !== undefined) void navigate({ to: page.to, params: { app } })
      else if (event.key === '?') help()
      else if (!actByKey(event.key)) return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [app, navigate, search, help])
}
