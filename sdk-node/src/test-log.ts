import type { Logger } from './logger.ts'

/** A logger that keeps its lines, as `level: message`. Debug is not kept. */
export function createTestLog(): Logger & { readonly lines: readonly string[] } {
  const lines: string[] = []
  const line = (level: string) => (message: string) => void lines.push(`${level}: ${message}`)
  return { lines, debug() {}, info: line('info'), warn: line('warn'), error: line('error') }
}
