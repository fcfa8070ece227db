const LENGTH_MIN = 12

/** How good a password is, in words: what is missing, what makes it easy to guess, or that it will do. */
export function passwordWords(
  password: string,
  about: readonly string[] = [],
): { readonly kind: 'short' | 'weak' | 'fair' | 'strong'; readonly words: string } {
  const missing = LENGTH_MIN - password.length
  if (missing > 0)
    return {
      kind: 'short',
      words: missing === LENGTH_MIN ? '12 characters or more.' : `${missing} more ${missing === 1 ? 'character' : 'characters'}.`,
    }
  const small = password.toLowerCase()
  const named = about.flatMap((text) => text.toLowerCase().split(/[\s@.]+/)).some((part) => part.length >= 4 && small.includes(part))
  if (named) return { kind: 'weak', words: 'Easy to guess: it has your name or address in it.' }
  if (isRegular(small)) return { kind: 'weak', words: 'Easy to guess: it repeats or counts.' }
  if (password.length < 16) return { kind: 'fair', words: 'Fair. A few words more make it strong.' }
  return { kind: 'strong', words: 'Strong.' }
}

/** Few different characters, one part again and again, or a walk through digits, letters or keys. */
function isRegular(text: string): boolean {
  if (new Set(text).size < 6) return true
  if (/^(.{1,6})\1+.{0,5}$/.test(text)) return true
  const walks = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertzuiop', 'qwertyuiop', 'asdfghjkl', 'yxcvbnm', 'zxcvbnm']
  let walked = 0
  for (let at = 0; at + 3 <= text.length; at++) if (walks.some((walk) => walk.includes(text.slice(at, at + 3)))) walked++
  return walked > (text.length - 2) / 2
}
