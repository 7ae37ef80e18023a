/** Writes texts of any characters into XML and HTML. */

/** The Unicode block Control Pictures has a picture for each control from U+0000 to U+001F, in the same order. */
const PICTURES = 0x2400

/**
 * A text without the characters that XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets): a control becomes its picture;
 * a lone surrogate, U+FFFE and U+FFFF become U+FFFD.
 */
export function allowedInMarkup(text: string): string {
  return text
    .replace(/[\0-\x08\v\f\x0E-\x1F]/g, (control) => String.fromCharCode(PICTURES + control.charCodeAt(0)))
    .replace(/[\p{Surrogate}\uFFFE\uFFFF]/gu, '\uFFFD')
}

/** A text in an attribute of HTML between double quotes, as a person would write it. */
export function inAttribute(text: string): string {
  return allowedInMarkup(text).replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

/** A text in the content or in a quoted attribute of XML. */
export function escaped(text: string): string {
  return allowedInMarkup(text).replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.codePointAt(0)};`)
}
