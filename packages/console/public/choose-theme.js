// Runs before the first paint, so that nobody who chose the dark theme sees a white page first. A file of its own, because the content
// policy allows no script in the page.
try {
  const theme = localStorage.getItem('posthorn.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  if (localStorage.getItem('posthorn.density') === 'compact') document.documentElement.dataset.density = 'compact'
} catch {
  // Storage can be forbidden; the system's theme is right then.
}
