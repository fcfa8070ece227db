// Runs in a page that is looked at with the forced colours of the system, where every ground is the page's own: what was told by a ground
// alone has to be told otherwise.

// A trail says by its last word where one is: nothing there is chosen.
const CHOSEN =
  ":is(a, button, tr, [role])[aria-current]:not([aria-current='false']), [aria-selected='true'], [aria-pressed='true'], [aria-checked='true']"
const named = (element) =>
  `${element.tagName.toLowerCase()} "${(element.ariaLabel ?? element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 40)}"`
const isClear = (colour) => colour === 'transparent' || /^rgba\(.*, 0\)$|\/ 0\)$/.test(colour)
const hasLine = (own) =>
  (own.outlineStyle !== 'none' && Number.parseFloat(own.outlineWidth) > 0) ||
  ['Top', 'Right', 'Bottom', 'Left'].some(
    (side) => Number.parseFloat(own[`border${side}Width`]) > 0 && own[`border${side}Style`] !== 'none',
  )

/** Before: what is seen by its ground alone, as bars and the thumbs of switches are. */
globalThis.rememberGrounds = () => {
  globalThis.grounded = [...document.querySelectorAll('body *')].filter((element) => {
    const { width, height } = element.getBoundingClientRect()
    if (width < 2 || height < 2 || element.textContent.trim() !== '' || !element.checkVisibility({ visibilityProperty: true })) return false
    // What only catches the pointer, lies behind a dialog or is a light of the editor's own has nothing to tell.
    if (element.closest('.sr-only, [inert], [aria-label=Loading], .cm-editor, .react-flow__handle, .react-flow__minimap') !== null)
      return false
    const colour = getComputedStyle(element).backgroundColor
    const around = element.parentElement.closest('*')
    return !isClear(colour) && colour !== groundOf(around) && element.querySelector('svg, img, input, canvas') === null
  })
  return globalThis.grounded.length

  function groundOf(element) {
    for (let one = element; one !== null; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor
      if (!isClear(colour)) return colour
    }
    return ''
  }
}

/** With them: nothing of that is gone, and what is chosen differs from what is not. */
globalThis.lookAtForcedColours = () => {
  const faults = []
  if (!matchMedia('(forced-colors: active)').matches) return ['C7 the colours are not forced']
  const probe = document.createElement('span')
  probe.style.backgroundColor = 'Canvas'
  document.body.append(probe)
  const canvas = getComputedStyle(probe).backgroundColor
  probe.remove()
  for (const element of globalThis.grounded.filter((one) => one.isConnected)) {
    const own = getComputedStyle(element)
    const isGone = isClear(own.backgroundColor) || own.backgroundColor === canvas
    // A thumb of the page's ground is seen on the ground of its switch; a track is told by what lies on it.
    const around = getComputedStyle(element.parentElement).backgroundColor
    if (isGone && !hasLine(own) && (isClear(around) || around === canvas) && element.children.length === 0)
      faults.push(
        `C7 with forced colours nothing is left of ${element.tagName.toLowerCase()}.${element.className} in ${named(element.parentElement)}`,
      )
  }
  for (const chosen of document.querySelectorAll(CHOSEN)) {
    if (!chosen.checkVisibility({ visibilityProperty: true }) || chosen.closest('.sr-only') !== null) continue
    const group = chosen.closest('nav, ul, ol, tbody, [role=tablist], [role=group], [role=listbox], [role=radiogroup]')
    const other = [...(group?.querySelectorAll(chosen.tagName) ?? [])].find(
      (one) =>
        !one.matches(CHOSEN) &&
        one.className !== '' &&
        one.checkVisibility() &&
        one.role === chosen.role &&
        one.querySelector(CHOSEN) === null,
    )
    // The link of a row that is chosen lies within it.
    if (other === undefined || chosen.parentElement.closest(CHOSEN) !== null) continue
    if (lookOf(chosen) === lookOf(other)) faults.push(`C7 with forced colours ${named(chosen)} is not seen to be chosen`)
  }
  return [...new Set(faults)]

  function lookOf(element) {
    const own = getComputedStyle(element)
    const lines = ['Top', 'Right', 'Bottom', 'Left'].map((side) => `${own[`border${side}Width`]} ${own[`border${side}Color`]}`)
    return JSON.stringify([own.outlineStyle, own.backgroundColor, own.textDecorationLine, own.fontWeight, ...lines])
  }
}
