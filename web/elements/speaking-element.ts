/** An element that says something, in the page's language. */
import { LitElement } from 'lit'
import { inTurn } from './update-turns.js'
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

  /** Nothing is said in one language and a moment later in another, and many that come at once leave room for others. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    const update = () => this.whenDue(() => super.scheduleUpdate())
    return wordsComing()?.then(update) ?? update()
  }

  /** Updates at once, or when there is time for it. */
  protected whenDue(update: () => void | Promise<unknown>): void | Promise<unknown> {
    return inTurn(update)
  }
}
