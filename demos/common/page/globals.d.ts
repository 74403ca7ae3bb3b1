// The few things that are there without an import: Gradio's side of a part of the page, and the first script's object.

type Language = "en" | "ko";

/** A sentence in both languages: a part that is drawn anew in another one takes that. */
type Said = Record<Language, string>;

/** The strings of a demo. */
type Words = Record<string, Said>;

/** What Gradio gives to the script of a `gr.HTML`. `props` holds the component's newest values. */
interface MountContext {
  /** The part's own element; its HTML template is already in it. */
  element: HTMLElement;
  props: { value: any; [name: string]: any };
  /** Send the event `name` to the server's listeners; its data arrive there as `event._data`. */
  trigger(name: string, data?: object): void;
  /** Call `changed` whenever one of the props called so has changed. What they are now is in `props`. */
  watch(names: string | string[], changed: () => void): void;
  upload(file: File): Promise<{ path: string; url: string }>;
  server: Record<string, (...values: any[]) => Promise<any>>;
}

interface Glassbox {
  readonly language: Language;
  /** Wait until the tab of `demo` is seen. The address may lead to one of the `others` first. */
  seen(demo: string, others: string[]): Promise<void>;
  /** Load the script `path` of the tree of demos/ and call its exported `mount(context, constants)`. */
  mount(path: string, context: MountContext, constants: object, failed: Said): Promise<void>;
  /** Say whether what is called `name` would be lost if the page were left now. */
  unsaved(name: string, lost: boolean): void;
  /** Show the page in the other language; nothing that is on it is lost. */
  switchLanguage(): Promise<void>;
  switchLight(): void;
  /** Show again what the link hides. */
  showAll(): void;
  /** Set the type's size: "projector", or "" for the usual one; the address keeps it. */
  setSize(size: "projector" | ""): void;
  /** Nothing is asked for before the page is left. */
  dropUnsaved(): void;
}

interface Window {
  glassbox: Glassbox;
  /** What Gradio's server says of the page: its parts, and the strings of each language. */
  gradio_config: {
    components: { type: string, props: { label: string } }[],
    i18n_translations: Record<Language, Record<string, string>>,
  };
}

declare const glassbox: Glassbox;
