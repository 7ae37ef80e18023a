/** What errors mean. */
import type * as english from '../index.js'

export const errors: typeof english.errors = {
  known: {
    'bad-model': {
      meaning: '模型文件已损坏、不完整，或内容与文件名不符。',
      remedy: '请重新下载整个文件夹，并确认每个文件都完整。'
    },
    unsupported: { meaning: '这个模型需要引擎不支持的计算。', remedy: '请换一个受支持的模型。' },
    tokenizer: { meaning: '无法把文本切分成模型的词元。', remedy: '请把模型自带的 tokenizer.json 放进它的文件夹。' },
    'too-long': { meaning: '文本超过了模型的上下文长度。', remedy: '请缩短文本。' },
    memory: { meaning: '模型需要的内存超过了网页的上限。', remedy: '请缩短文本、换用更小的模型，或关闭其他网页。' },
    network: {
      meaning: '有一个模型文件无法下载。',
      remedy: '请检查网址和网络后重试。有些网页只能从本站下载文件，这时请直接选择模型文件。'
    },
    option: { meaning: '有一项设置超出了模型允许的范围。', remedy: '请修改设置后重试。' },
    worker: { meaning: '引擎意外停止了。', remedy: '请重试；如果再次出现，请刷新页面。' },
    blocked: {
      meaning: '此页面不允许在这里运行模型。',
      remedy: '只有页面的作者才能更改：文档列出了页面需要允许的内容。'
    }
  },
  oldBrowser: {
    meaning: '这个浏览器太旧，缺少引擎计算所需的功能。已保存的记录仍可查看。',
    remedy: '请换用较新的浏览器：Chrome 91、Firefox 89、Safari 16.4 或更高版本。'
  },
  unknown: { meaning: '发生了意外错误。', remedy: '请重试；如果再次出现，请刷新页面。' }
}
