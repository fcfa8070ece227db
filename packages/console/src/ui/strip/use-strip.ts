import { type RefCallback, useCallback, useEffect, useRef } from 'react'

/** As wide as the fade of an end (`strip` in the styles). */
const FADE_PX = 24

/**
 * A strip that scrolls sideways where it has no room: what is chosen in it is in sight wherever the address led to, until somebody
 * scrolls it. An end behind which there is more fades, by `data-more`, so that one sees that it goes on.
 */
export function useStrip(current: unknown): RefCallback<HTMLElement> {
  const strip = useRef<HTMLElement>(null)
  const isTheirs = useRef(false)
  const look = useCallback((): void => {
    if (strip.current === null) return
    // What somebody scrolled to is about to be pressed: nothing that comes moves it.
    if (!isTheirs.current) showCurrent(strip.current)
    markEnds(strip.current)
  }, [])
  useEffect(() => {
    isTheirs.current = false
  }, [current])
  // What stands in it may have come or grown.
  useEffect(look)
  return useCallback(
    (element: HTMLElement) => {
      strip.current = element
      const sizes = new ResizeObserver(look)
      const take = (): void => void (isTheirs.current = true)
      const mark = (): void => markEnds(element)
      sizes.observe(element)
      element.addEventListener('pointerdown', take)
      element.addEventListener('wheel', take, { passive: true })
      element.addEventListener('scroll', mark, { passive: true })
      return () => {
        sizes.disconnect()
        element.removeEventListener('pointerdown', take)
        element.removeEventListener('wheel', take)
        element.removeEventListener('scroll', mark)
        strip.current = null
      }
    },
    [look],
  )
}

/** As little as it takes, and sideways only: the page stays where it is. */
function showCurrent(strip: HTMLElement): void {
  const current = strip.querySelector<HTMLElement>('[aria-current], [aria-selected=true]')
  if (current === null) return
  const [view, part] = [strip.getBoundingClientRect(), current.getBoundingClientRect()]
  const [behind, before] = [part.right + FADE_PX - view.right, view.left + FADE_PX - part.left]
  // Of what is wider than the strip the beginning is seen.
  if (before > 0 || behind > 0) strip.scrollLeft += before > 0 ? -before : Math.min(behind, -before)
}

function markEnds(strip: HTMLElement): void {
  const { scrollLeft, clientWidth, scrollWidth } = strip
  const ends = [scrollLeft > 1 && 'before', scrollLeft + clientWidth < scrollWidth - 1 && 'behind'].filter(Boolean)
  strip.dataset['more'] = ends.join(' ')
}
