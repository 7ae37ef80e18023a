/**
 * One tab stop for a row, a list or a grid of buttons: arrow keys, Home and End move the focus among them. A view gives
 * one of them `tabindex="0"` and the others `-1`.
 */

/** The value of `tabindex` for one of several controls, of which one is the current one, else the first. */
export function tabStop(at: number, current: number): 0 | -1 {
  return at === Math.max(0, current) ? 0 : -1
}

/** Moves the focus from the control that has it, if the key is one that moves. Rows may differ in length. */
export function moveFocus(event: KeyboardEvent, rows: readonly (readonly HTMLElement[])[]): void {
  const [from] = event.composedPath()
  const row = rows.findIndex((each) => each.some((control) => control === from))
  const column = rows[row]?.findIndex((control) => control === from) ?? -1
  if (column < 0) return
  const beside = (to: number) => rows[to]?.[Math.min(column, (rows[to]?.length ?? 0) - 1)]
  const line = event.ctrlKey ? rows.flat() : (rows[row] ?? [])
  const inOneRow = rows.length === 1
  const to = {
    ArrowLeft: rows[row]?.[column - 1],
    ArrowRight: rows[row]?.[column + 1],
    ArrowUp: inOneRow ? rows[row]?.[column - 1] : beside(row - 1),
    ArrowDown: inOneRow ? rows[row]?.[column + 1] : beside(row + 1),
    Home: line[0],
    End: line.at(-1)
  }[event.key]
  if (!to) return
  to.focus()
  event.preventDefault()
}

/** Moves the focus among the buttons of the element that listens, a row for each of its parts that match `rows`. */
export function moveAmongButtons(event: KeyboardEvent, rows = ':scope'): void {
  const { currentTarget } = event
  if (!(currentTarget instanceof HTMLElement)) return
  const parts = rows === ':scope' ? [currentTarget] : [...currentTarget.querySelectorAll(rows)]
  moveFocus(
    event,
    parts.map((part) => [...part.querySelectorAll('button')]).filter((row) => row.length > 0)
  )
}
