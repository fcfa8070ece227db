import { copyText } from '../ui/copy-button.tsx'

/**
 * The keys that act on what the page shows. Buttons say by `data-key` which of them presses them, so that a key does what its button does,
 * and nothing where there is none.
 */
export function actByKey(key: string): boolean {
  const act = acts[key]
  return act === undefined ? false : act()
}

const acts: Readonly<Record<string, () => boolean>> = {
  '/': () => focus(shown('[data-search-box]')[0]),
  f: nextChip,
  j: () => intoList(),
  k: () => intoList(),
  '[': () => alongTrail(-1),
  ']': () => alongTrail(1),
  c: () => copyRow() || press('c'),
  r: () => press('r'),
  e: () => press('e'),
  l: () => press('l'),
  1: () => press('1'),
  '.': rowActions,
}

/** In a panel before the page beside it: the panel is what was opened last. */
function shown(selector: string): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`aside ${selector}, main ${selector}`)]
    .filter((node) => node.checkVisibility())
    .toSorted((one, other) => Number(other.closest('aside') !== null) - Number(one.closest('aside') !== null))
}

function focus(node: HTMLElement | undefined): boolean {
  node?.focus()
  return node !== undefined
}

function click(node: HTMLElement | undefined): boolean {
  if (node === undefined) return false
  node.focus()
  node.click()
  return true
}

const press = (key: string): boolean => click(shown(`[data-key="${key}"]`)[0])

/** The chip behind the one that has the focus; behind the last comes the first. */
function nextChip(): boolean {
  const chips = shown('[data-filter-chip]')
  return click(chips[(chips.findIndex((chip) => chip === document.activeElement) + 1) % chips.length])
}

/** To the row that is open, else to the first; from there the list itself moves. */
function intoList(): boolean {
  const rows = shown('[data-row-link]')
  if (rows.some((row) => row === document.activeElement)) return false
  return focus(rows.find((row) => row.ariaCurrent === 'true') ?? rows[0])
}

/** To what caused this, or what it caused. */
function alongTrail(by: -1 | 1): boolean {
  const here = shown('nav[aria-label=Trail] [aria-current=step]')[0]
  const next = by === 1 ? here?.nextElementSibling : here?.previousElementSibling
  return next instanceof HTMLAnchorElement && click(next)
}

function focusedRow(): HTMLElement | undefined {
  const { activeElement } = document
  return activeElement instanceof HTMLElement && activeElement.dataset['rowLink'] !== undefined ? activeElement : undefined
}

/** The id of the row that has the focus. */
function copyRow(): boolean {
  const id = focusedRow()?.dataset['rowLink']
  if (id === undefined || id === '') return false
  void copyText(id)
  return true
}

/** What can be done with the row that has the focus: its menu opens, or its first button has the focus. */
function rowActions(): boolean {
  const button = focusedRow()?.closest('tr')?.querySelector<HTMLElement>('button')
  if (button === undefined || button === null) return false
  return button.ariaHasPopup === 'menu' ? click(button) : focus(button)
}
