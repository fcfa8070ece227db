/** Two letters for a name. */
export function Initials({ name }: { readonly name: string }) {
  const letters = name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()
  return (
    <span
      aria-hidden
      className="grid size-[22px] shrink-0 place-items-center rounded-sm bg-accent-tint text-xs font-strong text-accent-text"
    >
      {letters}
    </span>
  )
}
