/** The reader's settings: how the site looks and how models run, kept in this browser; a page without storage forgets them. */
import type { Dtype, LoadOptions } from 'attenscope'
import { useScale, type ScaleKind } from 'attenscope/elements'

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark'
  readonly scale: ScaleKind
  readonly dtype: Dtype
  readonly threads: number
}

const CHOICES: { readonly [Name in 'theme' | 'scale' | 'dtype']: readonly Settings[Name][] } = {
  theme: ['system', 'light', 'dark'],
  scale: ['linear', 'log'],
  dtype: ['auto', 'f32', 'f16', 'int8']
}

const NAME = 'attenscope-settings'
const plain: Settings = { theme: 'system', scale: 'linear', dtype: 'auto', threads: 1 }

/** More than one only where the server's headers isolate the page, so that threads may share memory. */
export const mostThreads = globalThis.crossOriginIsolated ? Math.min(8, navigator.hardwareConcurrency || 1) : 1

function read(): Settings {
  let stored: Readonly<Record<string, unknown>>
  try {
    const value: unknown = JSON.parse(localStorage.getItem(NAME) ?? '{}')
    stored = typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return plain
  }
  const choice = <Name extends keyof typeof CHOICES>(name: Name): Settings[Name] =>
    CHOICES[name].find((each) => each === stored[name]) ?? plain[name]
  const threads = Number(stored['threads'])
  return {
    theme: choice('theme'),
    scale: choice('scale'),
    dtype: choice('dtype'),
    threads: Number.isInteger(threads) && threads >= 1 ? Math.min(threads, mostThreads) : plain.threads
  }
}

let settings = read()

/** Options for loading a model, where the reader changed the defaults. */
export function loadOptions(): Pick<LoadOptions, 'dtype' | 'threads'> | undefined {
  const { dtype, threads } = settings
  return dtype === plain.dtype && threads === plain.threads ? undefined : { dtype, threads }
}

const reloads = new Set<() => void>()

/** Calls `reload` when the reader changes how models are loaded. */
export function onLoadOptions(reload: () => void): void {
  reloads.add(reload)
}

function set(next: Partial<Settings>): void {
  const before = settings
  settings = { ...settings, ...next }
  try {
    localStorage.setItem(NAME, JSON.stringify(settings))
  } catch {
    // Without storage, the settings last as long as this page.
  }
  apply()
  if (settings.dtype !== before.dtype || settings.threads !== before.threads) for (const reload of reloads) reload()
}

function apply(): void {
  const { theme, scale } = settings
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  useScale(scale)
}

const form = document.querySelector<HTMLFormElement>('.settings form')
if (form) {
  for (const name of ['theme', 'scale', 'dtype'] as const) {
    const select = form.elements.namedItem(name)
    if (select instanceof HTMLSelectElement) select.value = settings[name]
  }
  const threads = form.elements.namedItem('threads')
  if (threads instanceof HTMLInputElement) {
    threads.max = String(mostThreads)
    threads.value = String(settings.threads)
    threads.disabled = mostThreads === 1
  }
  form.addEventListener('submit', (event) => event.preventDefault())
  form.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLSelectElement) set({ [target.name]: target.value })
    else if (target instanceof HTMLInputElement && target.validity.valid) set({ threads: target.valueAsNumber })
  })
  const details = form.closest('details')
  document.addEventListener('pointerdown', (event) => {
    if (details?.open && event.target instanceof Node && !details.contains(event.target)) details.open = false
  })
  details?.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    details.open = false
    details.querySelector('summary')?.focus()
    event.stopPropagation()
  })
}
apply()
