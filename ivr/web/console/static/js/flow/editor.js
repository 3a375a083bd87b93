// The text editor: CodeMirror in the console's dress, with the checker's problems at their lines.
import * as cm from "../../lib/codemirror.js";
import { completions } from "./complete.js";

const dress = cm.EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace', lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--text)", padding: "10px 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--accent) 22%, transparent)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--sunken) 70%, transparent)" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none", paddingLeft: "4px" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--sunken)", border: "none", color: "var(--faint)", padding: "0 6px" },
  ".cm-line.cm-chosen": { backgroundColor: "color-mix(in srgb, var(--accent) 12%, transparent)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line-strong)", borderRadius: "10px", boxShadow: "var(--shadow-high)", overflow: "hidden" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "inherit", maxHeight: "16em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionInfo": { padding: "8px 12px", maxWidth: "360px", fontFamily: "var(--font)", fontSize: "13px", lineHeight: "1.45" },
  ".cm-completionDetail": { color: "inherit", opacity: ".7", fontStyle: "normal", marginLeft: "1em" },
  ".cm-diagnostic": { padding: "8px 12px", fontFamily: "var(--font)", fontSize: "13px", lineHeight: "1.45", maxWidth: "420px" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--warn)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--text)", borderColor: "var(--line)" },
  ".cm-panel input, .cm-panel button": { fontFamily: "var(--font)" },
  ".cm-textfield": { backgroundColor: "var(--surface)", color: "var(--text)", borderColor: "var(--line-strong)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", color: "var(--text)", borderColor: "var(--line-strong)" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--reserved) 35%, transparent)" },
});

const { tags } = cm;
const colours = cm.syntaxHighlighting(cm.HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--on_call-text)" },
  { tag: [tags.string, tags.content], color: "var(--text)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--faint)", fontStyle: "italic" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--wrap_up-text)" },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket], color: "var(--faint)" },
]));

const choose = cm.StateEffect.define();
const chosen = cm.StateField.define({
  create: () => cm.Decoration.none,
  update(lines, change) {
    for (const effect of change.effects) {
      if (effect.is(choose)) return effect.value === null ? cm.Decoration.none : cm.Decoration.set([cm.Decoration.line({ class: "cm-chosen" }).range(effect.value)]);
    }
    return change.docChanged ? cm.Decoration.none : lines.map(change.changes);
  },
  provide: (field) => cm.EditorView.decorations.from(field),
});

export class Editor {
  constructor({ parent, text, nonce, mayEdit, schema, names, onChange, onSave, onStep }) {
    const reading = mayEdit ? [] : [cm.EditorState.readOnly.of(true)];
    this.view = new cm.EditorView({
      parent,
      doc: text,
      extensions: [
        cm.EditorView.cspNonce.of(nonce),
        cm.lineNumbers(), cm.highlightActiveLineGutter(), cm.foldGutter(), cm.highlightSpecialChars(), cm.history(),
        cm.drawSelection(), cm.dropCursor(), cm.indentOnInput(), cm.bracketMatching(), cm.closeBrackets(),
        cm.autocompletion({ override: [completions(schema, names)], icons: false }), cm.highlightActiveLine(),
        cm.highlightSelectionMatches(), cm.lintGutter(), cm.EditorView.lineWrapping, cm.yaml(), chosen, dress, colours, ...reading,
        cm.EditorState.tabSize.of(2),
        cm.EditorView.contentAttributes.of({ "aria-label": "The flow's text", autocapitalize: "off", autocorrect: "off" }),
        cm.keymap.of([
          { key: "Mod-s", preventDefault: true, run: () => { onSave(); return true; } },
          ...cm.closeBracketsKeymap, ...cm.defaultKeymap, ...cm.searchKeymap, ...cm.historyKeymap, ...cm.foldKeymap,
          ...cm.completionKeymap, ...cm.lintKeymap,
        ]),
        cm.EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange();
          if (update.selectionSet && !update.docChanged) onStep(this.stepAt(update.state.selection.main.head));
        }),
      ],
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  set text(text) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  // Problems count lines and columns from 1, columns in characters; 0 means the file as a whole.
  show(problems) {
    const { doc } = this.view.state;
    const found = problems.map((problem) => {
      const line = doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
      const before = [...line.text].slice(0, Math.max(problem.column, 1) - 1).join("").length;
      const from = Math.min(line.from + before, line.to);
      const rest = line.text.slice(from - line.from);
      const word = /^(?:"[^"]*"|'[^']*'|[^\s,:{}[\]]+)/.exec(rest);
      const to = from + (word ? word[0].length : rest.length);
      return { from, to: Math.max(to, from), severity: problem.severity, message: problem.hint ? `${problem.message}\n${problem.hint}` : problem.message, source: problem.code };
    });
    this.view.dispatch(cm.setDiagnostics(this.view.state, found));
  }

  goTo(line, column = 1) {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const position = Math.min(at.from + column - 1, at.to);
    this.view.dispatch({ selection: { anchor: position }, effects: [choose.of(at.from), cm.EditorView.scrollIntoView(position, { y: "center" })] });
    this.view.focus();
  }

  // The line a step begins at, and the step a position is in.
  lineOf(step) {
    const { doc } = this.view.state;
    let within = false;
    for (let number = 1; number <= doc.lines; number += 1) {
      const { text } = doc.line(number);
      if (/^steps\s*:/.test(text)) within = true;
      else if (/^[^\s#]/.test(text)) within = false;
      else if (within && text.trimStart().startsWith(`${step}:`) && this.isStep(text)) return number;
    }
    return 0;
  }

  stepAt(position) {
    const { doc } = this.view.state;
    for (let { number } = doc.lineAt(position); number >= 1; number -= 1) {
      const { text } = doc.line(number);
      if (/^[^\s#]/.test(text)) return "";
      if (this.isStep(text)) return text.trim().replace(/:.*$/, "");
    }
    return "";
  }

  isStep(text) {
    return /^ {1,4}[a-z][\w-]*:/.test(text) && text.search(/\S/) === this.indent();
  }

  // How far steps are indented: as far as the first line below `steps:`.
  indent() {
    const below = /^steps\s*:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( +)\S/m.exec(this.text);
    return below ? below[1].length : 2;
  }
}
