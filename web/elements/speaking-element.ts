/** An element that says something, in the page's language. */
import { LitElement } from 'lit'
import { speakers, wordsComing } from './words/language.js'

export abstract class SpeakingElement extends LitElement {
  override connectedCallback(): void {
    super.connectedCallback()
    speakers.add(this)
  }

  override disconnectedCallback(): void {
    speakers.delete(this)
    super.disconnectedCallback()
  }

  /** Nothing is said in one language and a moment later in another. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    return wordsComing()?.then(() => super.scheduleUpdate()) ?? super.scheduleUpdate()
  }
}
