// Runs in a page that is looked at: what can be measured of how it looks, as a list of faults, each beginning with the number of its check.

/** @param {{ width: number, touch: boolean, dark: boolean }} look */
globalThis.lookAtPage = ({ width, touch, dark }) => {
  const faults = []
  const style = (element, part) => getComputedStyle(element, part)
  const named = (element) =>
    `${element.tagName.toLowerCase()} "${(element.ariaLabel ?? element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 40)}"`
  const isShown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !isForReadersOnly(element)
  // What only screen readers have is one pixel.
  const isForReadersOnly = (element) => element.closest('.sr-only') !== null && element.getBoundingClientRect().width <= 1
  const shown = (selector) => [...document.querySelectorAll(selector)].filter(isShown)
  const tokens = style(document.documentElement)
  const colourOf = (() => {
    const probe = document.createElement('span')
    document.body.append(probe)
    return {
      of: (value) => ((probe.style.color = value), style(probe).color),
      end: () => probe.remove(),
    }
  })()

  // C5: what can be pressed has 24 px, and 44 where fingers press. What stands in a sentence is as high as its line (WCAG 2.5.8). The
  // canvas is as large as one zooms it, and has a list that can do the same.
  const least = touch ? 44 : 24
  for (const element of shown('a[href], button, input, select, textarea, [role=switch], [role=tab], [role=menuitem]')) {
    if (element.closest('.react-flow, [inert], [aria-hidden=true]') !== null) continue
    const box = boxOfTarget(element)
    const inText =
      style(element).display === 'inline' && element.parentElement.textContent.trim().length > element.textContent.trim().length
    if (inText || box.width === 0) continue
    if (Math.round(Math.min(box.height, touch ? Infinity : box.width)) < least)
      faults.push(`C5 ${named(element)} has ${Math.round(box.width)} by ${Math.round(box.height)}`)
    if (touch && element.matches('input:not([type=checkbox], [type=radio], [type=range]), select, textarea')) {
      const size = Number.parseFloat(style(element).fontSize)
      if (size < 16) faults.push(`C5 ${named(element)} is written in ${size} px, and phones zoom in below 16`)
    }
  }

  // C6: no mark without a word.
  for (const mark of shown('svg[class*="-mark"]'))
    if ((mark.ariaLabel ?? '') === '' && !hasWordsNear(mark)) faults.push(`C6 a mark stands alone in ${named(mark.parentElement)}`)

  // C7: nothing is wider than the page, and nothing moves for whoever does not want it.
  if (document.documentElement.scrollWidth > width) faults.push(`C7 the page is ${document.documentElement.scrollWidth} wide, of ${width}`)
  for (const animation of document.getAnimations()) {
    const { duration } = animation.effect.getComputedTiming()
    if (animation.playState === 'running' && Number(duration) > 0)
      faults.push(`C7 ${animation.animationName ?? animation.transitionProperty} moves`)
  }

  // C8: the browser's own parts are of the same theme.
  const ground = style(document.body).backgroundColor === 'rgba(0, 0, 0, 0)' ? style(document.documentElement) : style(document.body)
  if (!style(document.documentElement).colorScheme.includes(dark ? 'dark' : 'light')) faults.push('C8 color-scheme is of the other theme')
  if (ground.backgroundColor !== colourOf.of('var(--color-canvas)')) faults.push(`C8 the ground is ${ground.backgroundColor}`)

  // C17: one heading of the page, its landmarks, its title.
  const heads = shown('h1').length
  if (heads !== 1) faults.push(`C17 ${heads} headings of the first level`)
  if (document.querySelectorAll('main').length !== 1) faults.push('C17 not one main part')
  if (document.documentElement.lang !== 'en') faults.push('C17 the language is not said')
  if (!/^.+ · Posthorn$/.test(document.title)) faults.push(`C17 the title is ${document.title}`)

  // C18: six sizes, the radii and colours of tokens.css, and no transition of everything.
  const sizes = ['xs', 'sm', 'md', 'lg', 'xl', '2xl'].map((name) => remOf(tokens.getPropertyValue(`--text-${name}`)))
  const colours = new Set([...tokenNames()].map((name) => colourOf.of(`var(${name})`)))
  for (const element of shown('body *')) {
    const own = style(element)
    if (own.transitionProperty === 'all' && Number.parseFloat(own.transitionDuration) > 0)
      faults.push(`C18 ${named(element)}: transition of all`)
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')) continue
    const size = Number.parseFloat(own.fontSize)
    if (!sizes.includes(size)) faults.push(`C18 ${named(element)} is written in ${size} px`)
    if (!colours.has(own.color) && element.closest('.cm-editor, .uplot') === null)
      faults.push(`C18 ${named(element)} is written in ${own.color}`)
  }

  // One act is the next: where a dialog is open, that of the dialog.
  const accent = colourOf.of('var(--color-accent)')
  const view = shown('[role=dialog], [role=alertdialog]').at(-1) ?? document.body
  const filled = shown('button, a[href]').filter((one) => view.contains(one) && style(one).backgroundColor === accent)
  const acts = new Set(filled.map((one) => one.textContent.trim()).filter((text) => text !== ''))
  if (acts.size > 1) faults.push(`C18 ${acts.size} acts are filled: ${[...acts].join(', ')}`)
  colourOf.end()
  return [...new Set(faults)]

  function remOf(text) {
    return text.trim().endsWith('rem') ? Number.parseFloat(text) * 16 : Number.parseFloat(text)
  }

  /** A row's link covers its row, a label its box, and some have their size from what lies over them. */
  function boxOfTarget(element) {
    const own = element.getBoundingClientRect()
    // That of a table; in other lists it is as large as it looks.
    if (element.matches('[data-row-link]')) return element.closest('tr')?.getBoundingClientRect() ?? own
    const label = element.labels?.[0] ?? element.closest('label')
    // A field fills its frame, but for the frame's own line.
    const frame = element.parentElement.getBoundingClientRect()
    if (element.matches('input:not([type=checkbox], [type=radio])')) return frame.height - own.height <= 4 ? frame : own
    if (label == null || !element.matches('[type=checkbox], [type=radio], [role=switch]')) return own
    const box = label.getBoundingClientRect()
    return box.width * box.height > own.width * own.height ? box : own
  }

  function hasWordsNear(mark) {
    let around = mark.parentElement
    for (let up = 0; up < 4 && around !== null; up++, around = around.parentElement)
      if (around.textContent.trim() !== '' || (around.ariaLabel ?? '') !== '') return true
    return false
  }

  function tokenNames() {
    const names = new Set()
    for (const sheet of document.styleSheets) for (const rule of sheet.cssRules) for (const one of namesIn(rule)) names.add(one)
    return names
  }

  function namesIn(rule) {
    if (rule.style !== undefined) return [...rule.style].filter((name) => name.startsWith('--color-'))
    return [...(rule.cssRules ?? [])].flatMap(namesIn)
  }
}

/** C3: every place that Tab leads to shows that it has the focus, and nothing lies over it. */
globalThis.lookAtFocus = () => {
  const faults = []
  const focusable = 'a[href], button, input, select, textarea, [tabindex="0"]'
  const before = document.activeElement
  for (const element of document.querySelectorAll(focusable)) {
    if (
      element.tabIndex < 0 ||
      element.disabled ||
      !element.checkVisibility({ visibilityProperty: true }) ||
      element.closest('[inert]') !== null
    )
      continue
    element.focus({ focusVisible: true })
    if (document.activeElement !== element) continue
    const name = `${element.tagName.toLowerCase()} "${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}"`
    const rings = [undefined, '::after'].map((part) => getComputedStyle(element, part))
    // The field of an editor or of a step is ringed by what it stands in.
    rings.push(...ringsAround(element))
    if (!rings.some(({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2))
      faults.push(`C3 ${name} shows no focus`)
    const box = element.getBoundingClientRect()
    if (box.width < 2) continue
    const [x, y] = [
      Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1),
      Math.min(Math.max(box.y + Math.min(box.height / 2, 12), 0), innerHeight - 1),
    ]
    const over = document.elementFromPoint(x, y)
    if (box.bottom < 0 || box.top > innerHeight) faults.push(`C3 ${name} has the focus outside of what is seen`)
    else if (over !== null && getComputedStyle(over).position === 'sticky' && !over.contains(element) && !element.contains(over))
      faults.push(`C3 ${name} lies under what is sticky`)
  }
  before?.focus?.()
  return [...new Set(faults)]

  function ringsAround(element) {
    return [element.parentElement, element.closest('label, .cm-editor')].filter((one) => one !== null).map((one) => getComputedStyle(one))
  }
}

/** C7: with the distances of WCAG 1.4.12 nothing is cut off, and nothing is wider than the page. */
globalThis.lookAtSpacing = (width) => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }')
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  const faults = []
  if (document.documentElement.scrollWidth > width)
    faults.push(`C7 wide letters make the page ${document.documentElement.scrollWidth} wide`)
  for (const element of document.querySelectorAll('main button, main a[href], main label, main h1, main h2')) {
    const own = getComputedStyle(element)
    if (!element.checkVisibility() || element.closest('.sr-only') !== null || own.textOverflow === 'ellipsis') continue
    if (own.overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 2)
      faults.push(`C7 wide letters are cut off in "${element.textContent.trim().slice(0, 40)}"`)
  }
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet)
  return faults
}

/** C9, C10: how much the page moved while it came, and how long its largest part took. */
globalThis.lookAtLoading = () =>
  new Promise((resolve) => {
    let shift = 0
    let largestMs = 0
    const watch = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (entry.entryType === 'layout-shift' && !entry.hadRecentInput) shift += entry.value
        if (entry.entryType === 'largest-contentful-paint') largestMs = entry.startTime
      }
    })
    for (const type of ['layout-shift', 'largest-contentful-paint']) watch.observe({ type, buffered: true })
    requestAnimationFrame(() =>
      setTimeout(() => {
        watch.disconnect()
        const scripts = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)
        resolve({ shift, largestMs, scripts: scripts.filter((path) => path.endsWith('.js')) })
      }, 50),
    )
  })
