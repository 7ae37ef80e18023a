/**
 * State that all copies of the package on one page share.
 *
 * A page can hold several copies: two scripts from two addresses, a bundler's copies in separate chunks, or a development
 * server's old and new bundle. Their module variables differ, so state that belongs to the page stands on `globalThis`.
 */

/** Counts the forms of the shared state. A copy with another form does not touch this one. */
const form = 1

/** The page's value of this name. The first copy that asks creates the value. */
export function onPage<Value>(name: string, create: () => Value): Value {
  const key = Symbol.for(`attenscope.${form}.${name}`)
  const page = globalThis as unknown as Record<symbol, Value | undefined>
  let value = page[key]
  if (value === undefined) {
    value = create()
    // Not enumerable, so that a loop over the window's properties does not find the value.
    Object.defineProperty(page, key, { value })
  }
  return value
}
