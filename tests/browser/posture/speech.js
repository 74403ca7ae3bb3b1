// In place of the browser's voices: notes what is said, when, by whom, and whether it was broken off. Set before a page's
// own scripts; `window.spoken` holds the notes. A sentence takes 60 ms a letter, as a voice would.
window.spoken = [];
const voices = [
  { name: "Far away", lang: "en-US", localService: false, default: true },
  { name: "Here", lang: "en-US", localService: true, default: false },
  { name: "여기", lang: "ko-KR", localService: true, default: false },
];
let current = null;

class Utterance {
  constructor(text) {
    Object.assign(this, { text, voice: null, lang: "", rate: 1 });
  }
}

const speech = {
  addEventListener: () => {},
  getVoices: () => voices,
  speak(utterance) {
    const note = { text: utterance.text, voice: utterance.voice.name, at: performance.now(), begun: null, cut: false };
    window.spoken.push(note);
    const said = { utterance, note };
    const begin = () => {
      note.begun = performance.now();
      current = said;
      said.timer = setTimeout(() => {
        current = null;
        utterance.onend?.();
      }, 60 * utterance.text.length);
    };
    if (current) setTimeout(begin, 60 * current.utterance.text.length); // in line, as a browser's
    else begin();
  },
  cancel() {
    if (!current) return;
    clearTimeout(current.timer);
    current.note.cut = true;
    const { utterance } = current;
    current = null;
    setTimeout(() => utterance.onerror?.());
  },
};
Object.defineProperty(window, "speechSynthesis", { value: speech });
window.SpeechSynthesisUtterance = Utterance;
