/** The texts of the page of licences. */
import type { SiteWords } from '../en/index.js'

export const licences: SiteWords['licences'] = {
  models: '模型和训练数据',
  model: '模型',
  licence: '许可',
  data: '训练数据',
  by: {
    stories:
      '<a href="https://huggingface.co/datasets/roneneldan/TinyStories">TinyStories</a>，作者 Ronen Eldan 和 Yuanzhi Li（2023），CDLA-Sharing-1.0；故事由 GPT-3.5 和 GPT-4 写成。',
    translate:
      '<a href="https://tatoeba.org">Tatoeba</a> 贡献者的例句，CC BY 2.0 FR，取自 <a href="https://www.manythings.org/anki/">ManyThings.org</a> 和 OPUS-MT 的 Tatoeba 挑战测试集；<a href="https://github.com/MaxyLee/3AM">3AM</a>（2024）的图片说明，MIT。',
    sentiment:
      '斯坦福情感树库（Socher 等，2013），按 GLUE（Wang 等，2019）分为两类；句子出自影评（Pang 和 Lee，2005）。该数据集没有写明许可；本站不含其中任何句子。',
    dates: '由我们自己的程序写出的日期，没有其他数据。'
  },
  noText: '本站不含这些文本，模型只是用它们训练。每个模型的说明写有模型的质量。',
  card: '英文说明',
  software: '网页里的软件',
  ours: 'Attenscope 采用 MIT 许可。',
  package: '软件包',
  texts: '全部许可原文'
}
