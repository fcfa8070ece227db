/** Whether a key is for what has the focus: a field, an editor (which stands in a shadow root of its own), a menu or a dialog. */
export function isTyping(event: KeyboardEvent): boolean {
  return event.composedPath().some((node) => node instanceof HTMLElement && node.matches(takesKeys))
}

const takesKeys = 'input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=menu], [role=dialog]'
