import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './imports.ts'

/** The code that a page shows in this language, block after block. */
export function snippetsOf(page: string, language: string): readonly string[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code)
}
