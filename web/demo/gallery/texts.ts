/** The texts that the gallery shows. */

export const STORY =
  'Once upon a time there was a little dog named Spot. He liked to run in the garden. One day he saw a red ball ' +
  'and said, "I want to play!"\nSpot ran and ran until the sun went down.'
export const CHINESE = '从前有一只小狗，它叫小白。👩‍👩‍👧 它喜欢在花园里跑。'
export const ENGLISH = 'Once there was a little dog called Snow. He liked to run in the garden.'
export const ARABIC = 'كان هناك كلب صغير اسمه سبوت. كان يحب الجري في الحديقة.'
export const REVIEW = 'The plot is thin, but the actors are so charming that you forgive it everything.'
/** Emoji are whole; Chinese words may have two characters. */
export const WHOLE = /\p{ExtPict}(\u200d\p{ExtPict})*|\p{sc=Han}{1,2}|\s*[^\p{sc=Han}]/gu
export const OWN_MODEL = './models/stories/'
