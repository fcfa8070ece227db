/** Less looks torn off; more is a list that had better scroll in its frame. */
const MIN = 480
const MAX = 2400

/**
 * Reports to the page around a frame how high the portal would be without scrolling, so that it can make the frame as high. Only a page of
 * `POSTHORN_PORTAL_HOSTS` can be around it, which the browser sees to; it is addressed by its own origin all the same.
 */
export function reportHeight(root: HTMLElement): void {
  const origin = originAround()
  if (origin === undefined) return
  let reported = 0
  let asked = false
  const report = (): void => {
    asked = false
    const height = Math.min(MAX, Math.max(MIN, Math.ceil(heightOf(root))))
    if (height === reported) return
    reported = height
    globalThis.parent.postMessage({ type: 'posthorn.portal.height', height }, origin)
  }
  const ask = (): void => {
    if (asked) return
    asked = true
    requestAnimationFrame(report)
  }
  new MutationObserver(ask).observe(root, { subtree: true, childList: true, characterData: true, attributes: true })
  new ResizeObserver(ask).observe(root)
  ask()
}

/** Undefined: it stands alone, or the browser does not say in whose page. */
function originAround(): string | undefined {
  if (globalThis.parent === globalThis.window) return undefined
  // Not every browser has the first; the second is missing where the page around says so.
  const around = globalThis.location.ancestorOrigins?.[0] ?? URL.parse(document.referrer)?.origin
  return around === undefined || around === 'null' ? undefined : around
}

/** What is shown, and what its surfaces that scroll hold beyond that: those stand side by side. */
function heightOf(root: HTMLElement): number {
  const surfaces = [...root.querySelectorAll<HTMLElement>('[data-scrolls]')]
  const beyond = surfaces.map(beyondOf)
  return beyond.length === 0 ? MIN : globalThis.innerHeight + Math.max(...beyond)
}

/** Less than nothing where there is room left over: in the surface, or around it where its place is higher than what stands in it. */
function beyondOf(surface: HTMLElement): number {
  const places = [surface, surface.closest<HTMLElement>('[data-place]')].filter((place) => place !== null)
  return places.reduce((sum, place) => sum + contentOf(place) - place.clientHeight, 0)
}

/** Without what stretches it: a surface is at least as high as its place. */
function contentOf(surface: HTMLElement): number {
  const last = surface.lastElementChild
  if (last === null) return 0
  const { paddingBottom, borderTopWidth, borderBottomWidth } = getComputedStyle(surface)
  const edges = Number.parseFloat(paddingBottom) + Number.parseFloat(borderTopWidth) + Number.parseFloat(borderBottomWidth)
  return last.getBoundingClientRect().bottom - surface.getBoundingClientRect().top + surface.scrollTop + edges
}
