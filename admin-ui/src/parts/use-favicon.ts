import { useEffect } from 'react'
import plain from './icon.svg'
import red from './icon-red.svg'

/** Turns the tab's icon red while `alarmed`. */
export function useFavicon(alarmed: boolean): void {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
    if (link === null || !alarmed) return
    link.href = red
    return () => {
      link.href = plain
    }
  }, [alarmed])
}
