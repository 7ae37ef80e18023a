/**
 * Lit's decorator `customElement`, guarded: the build puts it in the place of Lit's own. A tag can be registered once for each
 * page, and the registration of a second copy of the package would throw. The page then has the first copy's elements.
 */

type ElementClass = CustomElementConstructor

/** Registers a class under a tag, unless the page has the tag already. */
export const customElement =
  (tag: string) =>
  (element: ElementClass, context?: ClassDecoratorContext<ElementClass>): void => {
    const define = () => {
      if (!customElements.get(tag)) customElements.define(tag, element)
    }
    if (context === undefined) define()
    else context.addInitializer(define)
  }
