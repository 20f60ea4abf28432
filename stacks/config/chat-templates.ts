import { LanguageModel } from "../../components/serving/fit";

/**
 * A conversation as a dialogue in plain text, which a model that was trained on texts alone goes on with. Llama 2's own marks ([INST] and others)
 * mean something to its chat variant only. Line ends are written as values: vLLM's Jinja drops those that follow a tag. A caller should send
 * `"stop": ["User:"]`, because nothing but a length tells such a model that its part is over.
 */
const DIALOGUE = [
  "{{ bos_token }}",
  "{% for message in messages %}",
  "{% if message['role'] == 'system' %}{{ message['content'] | trim + '\\n\\n' }}",
  "{% elif message['role'] == 'user' %}{{ 'User: ' + message['content'] | trim + '\\n' }}",
  "{% else %}{{ 'Assistant: ' + message['content'] | trim + '\\n' }}",
  "{% endif %}",
  "{% endfor %}",
  "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}",
].join("");

/** Of the models whose tokenizer brings none: vLLM 0.33 answers /v1/chat/completions with 400 then (vllm/renderers/hf.py, resolve_chat_template). */
export const CHAT_TEMPLATES: Partial<Record<LanguageModel, string>> = {
  [LanguageModel.Llama2With7BGptq]: DIALOGUE,
  [LanguageModel.Llama2With7B]: DIALOGUE,
};
