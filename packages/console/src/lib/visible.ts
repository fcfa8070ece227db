const controls = /[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

/** Control characters, and those that turn the direction of text, as marks that can be seen. */
export function visible(text: string): string {
  return text.replace(controls, (character) => `\u27e8${character.codePointAt(0)!.toString(16).padStart(4, '0')}\u27e9`)
}
