/** The post horn. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden
      className={className}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.9}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d="M2 5.5h8.500a6.500 6.500 0 1 1-6.500 6.500c0-3.600 2.900-6.500 6.500-6.500H14c3.200 0 5.600-1.200 8-3.500v9c-2.400-2.300-4.800-3.500-8-3.500" />
    </svg>
  )
}
