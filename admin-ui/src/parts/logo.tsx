/** A wall whose top rises in steps. */
export function Logo({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--text)" />
      <path d="M6 25v-5h5v-5h5v-5h5V5h5v20z" fill="var(--surface)" />
      <path d="M11 25v-3.5h3V25zM18 25v-3.5h3V25z" fill="var(--text)" />
    </svg>
  )
}
