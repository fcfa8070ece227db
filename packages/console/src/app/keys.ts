import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
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

/** Ctrl K searches, `/` focuses the page's own search, `g` and a letter go to a page, `?` lists them. Single signs only outside of inputs. */
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
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !keysAreOn()) return
      if (event.key === '?') {
        event.preventDefault()
        help()
        return
      }
      if (event.key === '/') {
        const box = document.querySelector<HTMLElement>('[data-search-box]')
        if (box === null) return
        event.preventDefault()
        box.focus()
        return
      }
      const page = goes ? pages.find(({ key }) => key === event.key) : undefined
      goes = event.key === 'g'
      if (page !== undefined) void navigate({ to: page.to, params: { app } })
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [app, navigate, search, help])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable], [role=menu], [role=dialog]') !== null
}
