/** The messages of the package's page for frames, in each language. */

const english = {
  noElement: (name: string) => `There is no element “${name}” for a frame. Check “element” in the address.`,
  unknown: (names: string) => `This element does not know ${names}. Check the address.`,
  badAddress: (field: string) =>
    `“${field}” names no file that this page opens: it opens files of its own site, and of others by https.`,
  noSource: 'The address needs “src” with a saved trace, or “model” and “text”.',
  noModel: 'The address needs “model”.'
}

const chinese: typeof english = {
  noElement: (name) => `没有可以嵌入的元素“${name}”。请检查网址中的 element。`,
  unknown: (names) => `这个元素没有 ${names} 这样的设置。请检查网址。`,
  badAddress: (field) => `${field} 指向的文件不能在这里打开：只能打开本站的文件，或其他站点经 https 提供的文件。`,
  noSource: '网址中需要用 src 给出保存的记录，或用 model 和 text 给出模型和文本。',
  noModel: '网址中需要用 model 给出模型。'
}

export type EmbedWords = typeof english

/** The messages in the language of the page. */
export function wordsFor(language: string): EmbedWords {
  return /^zh\b/i.test(language) ? chinese : english
}
