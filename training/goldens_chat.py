"""Writes wasm-tests/golden/chat.json: the prompts that transformers renders from messages with common templates.

    python training/goldens_chat.py
"""

import json
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

OUT = Path(__file__).resolve().parents[1] / "wasm-tests/golden/chat.json"
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}

# Templates written for this test, in the styles of ChatML, Llama 2 and Zephyr.
TEMPLATES = {
    "chatml": "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>'"
    " + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    "brackets": "{%- if messages[0].role == 'system' -%}{%- set system = messages[0].content | trim -%}"
    "{%- set rest = messages[1:] -%}{%- else -%}{%- set system = '' -%}{%- set rest = messages -%}{%- endif -%}"
    "{{ bos_token }}{% for message in rest %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles have to take turns') }}{% endif %}{% if message.role == 'user' %}"
    "[INST] {% if loop.first and system %}<<{{ system }}>> {% endif %}{{ message.content.strip() }} [/INST]"
    "{% else %} {{ message.content }}{{ eos_token }}{% endif %}{% endfor %}",
    "lines": "{% for m in messages %}{% if m.role in ['user', 'system'] %}<|{{ m.role }}|>\n{{ m.content | upper }}{{ eos_token }}\n"
    "{% elif loop.last %}<|last|>{{ m.content | length }}{% endif %}\n{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}",
}

CONVERSATIONS = [
    [{"role": "user", "content": "Hello!"}],
    [
        {"role": "system", "content": "  Be brief. "},
        {"role": "user", "content": " Who are you? 你好 "},
        {"role": "assistant", "content": "A model."},
        {"role": "user", "content": "Thanks"},
    ],
]


def main() -> None:
    cases = []
    for name, template in TEMPLATES.items():
        for messages in CONVERSATIONS:
            [text], _ = render_jinja_template([messages], chat_template=template, add_generation_prompt=True, **TOKENS)
            cases.append({"name": name, "template": template, "messages": messages, "text": text})
    OUT.write_text(json.dumps({"tokens": TOKENS, "cases": cases}, indent=1, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()
