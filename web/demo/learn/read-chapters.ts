/** The chapters that were read in this browser; a browser without storage forgets them. */
const NAME = 'attenscope-read'

export function readChapters(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(NAME) ?? '[]')
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

export function rememberRead(chapter: string): void {
  try {
    localStorage.setItem(NAME, JSON.stringify([...new Set([...readChapters(), chapter])]))
  } catch {
    // Without storage, no chapter is marked.
  }
}
