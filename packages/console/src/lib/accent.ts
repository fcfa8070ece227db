/**
 * The owner's colour in the place of ours. Its hue and strength stay; its lightness is that of our own accent, so that what could be read
 * before can be read now, in both themes. Colours of statuses are never the owner's.
 */
const tokens: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  '--color-accent': ['0.49 min(c, 0.19)', '0.54 min(c, 0.18)'],
  '--color-accent-hover': ['0.43 min(c, 0.185)', '0.5 min(c, 0.18)'],
  '--color-accent-text': ['0.47 min(c, 0.19)', '0.775 min(c, 0.115)'],
  '--color-accent-mark': ['0.56 min(c, 0.19)', '0.68 min(c, 0.15)'],
  '--color-accent-tint': ['0.953 min(c, 0.022)', '0.28 min(c, 0.05)'],
  '--color-selected': ['0.953 min(c, 0.022)', '0.28 min(c, 0.042)'],
  '--color-focus': ['0.56 min(c, 0.2)', '0.72 min(c, 0.15)'],
}

export function applyAccent(accent: string, style: CSSStyleDeclaration): void {
  for (const [name, [light, dark]] of Object.entries(tokens)) {
    style.setProperty(name, `light-dark(oklch(from ${accent} ${light} h), oklch(from ${accent} ${dark} h))`)
  }
}
