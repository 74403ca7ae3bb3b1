// The page code: real modules in the browser. Type errors are tsc's to find (tsconfig.json).
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["node_modules/", ".venv/", "build/", "dist/", "assets/"] },
  js.configs.recommended,
  {
    files: ["demos/**/page/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: { ...globals.browser, glassbox: "readonly" } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      camelcase: ["error", { properties: "never", ignoreDestructuring: true }], // the server's records are snake_case
      curly: ["error", "multi-line"],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-implicit-globals": "error",
      "no-restricted-syntax": ["error", {
        selector: "Property[key.name='behavior'] > Literal", message: "scrolling() of common/page/dom.js says how.",
      }],
      "no-shadow": "error",
      "no-undef": "error",
      "no-unused-vars": ["error", { caughtErrors: "none" }],
      "no-use-before-define": ["error", { functions: false, variables: false }],
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["demos/common/page/first_script.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/browser/**/*.js"], languageOptions: { sourceType: "script", globals: globals.browser } },
  { files: ["eslint.config.js"], languageOptions: { globals: globals.node } },
];
