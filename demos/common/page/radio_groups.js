// @ts-check
// The choices of a question are one group: one stop of the Tab key, and the arrow keys choose among them. Gradio names
// each radio button differently, and anew at each change, so that every one is a group of its own (HTML, section
// 4.10.5.1.16, "Radio Button state").

const GRADIOS = /^radio-\d+$/; // a name that Gradio gives

/** @type {WeakMap<Element, string>} */
const names = new WeakMap(); // of the group of each question
let groups = 0;

/** @param {Element} radio */
function join(radio) {
  const question = radio.closest("fieldset");
  if (!question || !(radio instanceof HTMLInputElement) || !GRADIOS.test(radio.name)) return;
  const name = names.get(question) ?? `choice-${(groups += 1)}`;
  names.set(question, name);
  radio.name = name;
}

/** @param {ParentNode} root */
function joinAll(root) {
  for (const radio of root.querySelectorAll("input[type=radio]")) join(radio);
}

joinAll(document);
new MutationObserver((changes) => {
  for (const { addedNodes, target, type } of changes) {
    if (type === "attributes" && target instanceof Element) join(target);
    for (const node of addedNodes) if (node instanceof Element) joinAll(node);
  }
}).observe(document.body, { childList: true, subtree: true, attributeFilter: ["name"] });
