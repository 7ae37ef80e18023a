/** Asks the reader before loading a model that may need more memory than the device has. */
import { inspectModel, type ModelSource } from 'attenscope'
import { bytes } from 'attenscope/elements'
import { find } from './find.js'
import { fits, heldBytes, roomOn, thisDevice } from './room.js'
import { loadOptions } from './settings.js'
import { words } from '../words/index.js'

let looking = new AbortController()
const note = Object.assign(document.createElement('div'), { className: 'too-large' })

/** Removes the question, for example when the reader opens another model. */
export function stopAsking(): void {
  looking.abort()
  looking = new AbortController()
  note.remove()
}

/** Calls `load` if the model fits, or when the reader decides to load it anyway. */
export async function loadWhereItFits(source: ModelSource, load: () => void): Promise<void> {
  stopAsking()
  const { signal } = looking
  let size = 0
  try {
    size = heldBytes(await inspectModel(source, { signal }), loadOptions()?.dtype ?? 'auto')
  } catch {
    // Loading the model will report the same error.
  }
  if (signal.aborted) return
  const room = roomOn(thisDevice())
  if (fits(size, room)) return load()
  const said = Object.assign(document.createElement('p'), {
    textContent: words.room.tooLarge(bytes(size), bytes(room))
  })
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'quiet',
    textContent: words.room.loadAllTheSame
  })
  button.addEventListener('click', () => {
    stopAsking()
    load()
  })
  note.setAttribute('role', 'alert')
  note.replaceChildren(said, button)
  find('main').before(note)
}
