// What neither the compiler nor the linter sees: core and engine stay pure (no time, no randomness, no async, no I/O), and
// functions stay short. Reads the syntax tree, so words in comments and texts do not count.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import ts from 'typescript';
import { ROOT } from './source-hash.mjs';

const PURE = ['src/core', 'src/engine'];
const SHORT = ['src', 'workers', 'relay', 'scripts'];
/** Lines of a function itself, without the functions inside it: a factory may hold many short ones. */
const MAX_OWN_LINES = 50;

const IMPURE_NAMES = new Set(
  [
    'Date',
    'Promise',
    'performance',
    'fetch',
    'globalThis',
    'eval',
    'Function',
    'WeakRef',
    'FinalizationRegistry',
  ].concat(
    ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame', 'navigator', 'process'],
    ['crypto', 'indexedDB', 'localStorage', 'console', 'Atomics', 'SharedArrayBuffer'],
  ),
);
const IMPURE_MEMBERS = new Set(['Math.random', 'Temporal.Now']);
/** What the libraries offer that would draw randomness behind our back. */
const IMPURE_IMPORTS = new Set([
  'randomBytes',
  'randomSecretKey',
  'randomPrivateKey',
  'generateMnemonic',
  'managedNonce',
]);

/** @typedef {{ line: number, message: string }} Breach */

/** True when the identifier is only the name of a property, parameter, type or import specifier's source. @param {ts.Identifier} node */
const isMereName = (node) => {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isQualifiedName(parent)) return parent.right === node;
  if (ts.isTypeReferenceNode(parent) || ts.isExpressionWithTypeArguments(parent)) return false;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodDeclaration(parent)) &&
    parent.name === node
  );
};

/** What makes this one node impure, or undefined. @param {ts.Node} node @returns {string | undefined} */
const impurity = (node) => {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  if (node.kind === ts.SyntaxKind.ImportKeyword && ts.isCallExpression(node.parent)) return 'import()';
  if (ts.isPropertyAccessExpression(node)) {
    const text = `${node.expression.getText()}.${node.name.text}`;
    if (IMPURE_MEMBERS.has(text)) return text;
    return IMPURE_IMPORTS.has(node.name.text) ? node.name.text : undefined;
  }
  if (ts.isImportSpecifier(node)) {
    const name = (node.propertyName ?? node.name).text;
    return IMPURE_IMPORTS.has(name) ? name : undefined;
  }
  if (ts.isIdentifier(node) && IMPURE_NAMES.has(node.text) && !isMereName(node)) return node.text;
  return undefined;
};

/** @param {ts.SourceFile} file @param {number} position */
const lineOf = (file, position) => file.getLineAndCharacterOfPosition(position).line + 1;

/** Breaches of purity in one file's text. @param {string} name @param {string} text @returns {Breach[]} */
export const findImpurities = (name, text) => {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);
  /** @type {Breach[]} */
  const breaches = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    const found = impurity(node);
    if (found !== undefined) {
      breaches.push({ line: lineOf(file, node.getStart()), message: `${found} has no place in core and engine` });
    }
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return breaches;
};

/** Functions with too many lines of their own. @param {string} name @param {string} text @returns {Breach[]} */
export const findLongFunctions = (name, text) => {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ESNext, true);
  /** @type {Breach[]} */
  const breaches = [];
  /** Returns how many lines are inside functions below the node. @param {ts.Node} node @returns {number} */
  const visit = (node) => {
    let nested = 0;
    ts.forEachChild(node, (child) => {
      nested += visit(child);
    });
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) return nested;
    const first = lineOf(file, node.getStart());
    const lines = lineOf(file, node.getEnd()) - first + 1;
    if (lines - nested > MAX_OWN_LINES) {
      breaches.push({ line: first, message: `a function of ${lines - nested} lines; at most ${MAX_OWN_LINES}` });
    }
    // A one-line function takes no line from the one around it.
    return lines === 1 ? nested : lines;
  };
  visit(file);
  return breaches;
};

/** @param {string} folder @returns {string[]} */
const sourcesUnder = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path) && !path.endsWith('.d.ts') && !path.includes('paraglide'))
    .map((path) => join(ROOT, folder, path))
    .sort();

/** @param {string[]} folders @param {(name: string, text: string) => Breach[]} find */
const check = (folders, find) =>
  folders
    .flatMap(sourcesUnder)
    .flatMap((path) =>
      find(path, readFileSync(path, 'utf8')).map(({ line, message }) => `${relative(ROOT, path)}:${line} ${message}`),
    );

if (process.argv[1] === import.meta.filename) {
  const breaches = [...check(PURE, findImpurities), ...check(SHORT, findLongFunctions)];
  for (const breach of breaches) console.error(breach);
  process.exitCode = breaches.length === 0 ? 0 : 1;
}
