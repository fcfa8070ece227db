// Runs in a page: what it is made of, line by line, with where each part begins, how wide it is and which tokens it is written in.

const PARTS =
  'main, aside, section[aria-label], [role=dialog], h1, h2, h3, a[href], button, input, select, textarea, [role=tab], [role=switch], [role=textbox], th, legend, label'
/** What differs from one day to the next: rows, whatever is live, and the steps of a canvas, which are where their layout puts them. */
const DATA = 'tbody, main ul, main ol, [role=tree], [role=log], .react-flow__viewport, time'

globalThis.outlineOf = () => {
  const names = namesOfColours()
  const parts = [...document.querySelectorAll(PARTS)].filter(
    (element) => isShown(element) && element.closest(DATA) === null && (element.closest('main, aside, [role=dialog]') ?? null) !== null,
  )
  return parts.map((element) => {
    const box = element.getBoundingClientRect()
    const own = getComputedStyle(element)
    return {
      name: `${element.role ?? element.tagName.toLowerCase()} ${nameOf(element)}`.trim(),
      x: Math.round(box.x),
      width: Math.round(box.width),
      text: `${Number.parseFloat(own.fontSize)}/${own.fontWeight}`,
      colour: names.get(own.color) ?? [own.color],
      ground: names.get(own.backgroundColor) ?? [own.backgroundColor],
    }
  })

  function isShown(element) {
    const { width, height } = element.getBoundingClientRect()
    return width > 1 && height > 1 && element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  }

  /** Numbers and ids are those of the day. */
  function nameOf(element) {
    if (element.matches('main, aside, [role=dialog]')) return element.ariaLabel ?? ''
    // A card is called by its heading: what else it says is of the day.
    const card = element.matches('a, button') ? element.querySelector('h2, h3') : null
    const text =
      card?.textContent ??
      element.ariaLabel ??
      (element.matches('input, select, textarea') ? element.labels?.[0]?.textContent : element.textContent)
    return (text ?? '')
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\b[a-z]+_[0-9A-Za-z]{16,}\b/g, 'id')
      .replaceAll(/\d+/g, '0')
      .trim()
      .slice(0, 48)
  }

  /** All tokens of a value: two that are one in the one theme may differ in the other. */
  function namesOfColours() {
    const probe = document.createElement('span')
    document.body.append(probe)
    const tokens = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].flatMap(tokensIn))
    const found = new Map([['rgba(0, 0, 0, 0)', ['-']]])
    for (const token of new Set(tokens)) {
      probe.style.color = `var(${token})`
      const value = getComputedStyle(probe).color
      found.set(value, [...(found.get(value) ?? []), token.slice('--color-'.length)])
    }
    probe.remove()
    return found
  }

  function tokensIn(rule) {
    if (rule.style !== undefined) return [...rule.style].filter((name) => name.startsWith('--color-'))
    return [...(rule.cssRules ?? [])].flatMap(tokensIn)
  }
}
