// Conditions and calculations of checklists, evaluated as research/coach2pev/checklists/values.py does: the server
// reads the text and hands over its tree (`as_json`); both give the same answers, which a test compares.
"use strict";

window.conditions = (() => {
  const NUMBER = /^[ \t\n\r\f\v]*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[ \t\n\r\f\v]*$/;
  const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
  const LONGEST = 2000;

  const truth = (value) => (typeof value === "number" ? value !== 0 && !Number.isNaN(value) : Boolean(value));
  const number = (value) => (typeof value === "string" ? (NUMBER.test(value) ? Number(value) : NaN) : Number(value));
  const text = (value) => {
    if (typeof value === "boolean") return value ? "true" : "false";
    if (typeof value === "number") return Number.isNaN(value) ? "NaN" : String(value);
    return value;
  };
  const words = (value) => value.match(/[^ \t\n\r\f\v]+/g) ?? [];
  const trimmed = (value) => value.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, "");

  function equal(a, b) {
    if (typeof a === "boolean" || typeof b === "boolean") return truth(a) === truth(b);
    if (typeof a === "number" || typeof b === "number") return number(a) === number(b);
    return a === b;
  }

  function ordered(sign, a, b) {
    if (!(typeof a === "string" && typeof b === "string" && DAY.test(a) && DAY.test(b))) [a, b] = [number(a), number(b)];
    return sign === "<" ? a < b : sign === "<=" ? a <= b : sign === ">" ? a > b : a >= b;
  }

  function arithmetic(sign, a, b) {
    if (sign === "+") return a + b;
    if (sign === "-") return a - b;
    if (sign === "*") return a * b;
    if (b === 0 || !Number.isFinite(a)) return NaN;
    return sign === "div" ? a / b : a % b;
  }

  function rounded(value, digits) {
    if (!Number.isFinite(value) || !Number.isFinite(digits) || Math.abs(value) > 1e15) return Number.isFinite(value) ? value : NaN;
    const places = Math.max(-9, Math.min(9, Math.trunc(digits)));
    const scale = 10 ** Math.abs(places); // exact in every language, as a negative power is not
    return places >= 0 ? Math.floor(value * scale + 0.5) / scale : Math.floor(value / scale + 0.5) * scale;
  }

  // Strict first; a pattern with escapes that only Python allows is read the older way.
  const pattern = (source) => { try { return new RegExp(`^(?:${source})$`, "u"); } catch { return new RegExp(`^(?:${source})$`); } };

  function called(name, nodes, given) {
    if (name === "if") return value(nodes[truth(value(nodes[0], given)) ? 1 : 2], given);
    const values = nodes.map((node) => value(node, given));
    const texts = values.map(text);
    switch (name) {
      case "selected": return words(texts[0]).includes(trimmed(texts[1]));
      case "count-selected": return words(texts[0]).length;
      case "regex": return texts[0].length <= LONGEST && pattern(texts[1]).test(texts[0]);
      case "string-length": return [...texts[0]].length;
      case "coalesce": return texts[0] ? values[0] : values[1];
      case "concat": return texts.join("");
      case "not": return !truth(values[0]);
      case "today": return given.today;
      case "number": return number(values[0]);
      case "int": return Math.trunc(number(values[0]));
      case "round": return rounded(number(values[0]), values.length > 1 ? number(values[1]) : 0);
      default: return name === "true";
    }
  }

  function value(node, given) {
    const [kind, ...rest] = node;
    switch (kind) {
      case "text": case "number": return rest[0];
      case "answer": return Object.hasOwn(given.answers, rest[0]) ? given.answers[rest[0]] : "";
      case "this": return given.self;
      case "attribute": return Object.hasOwn(given.attributes, rest[0]) ? given.attributes[rest[0]] : "";
      case "call": return called(rest[0], rest.slice(1), given);
      case "or": return truth(value(rest[0], given)) || truth(value(rest[1], given));
      case "and": return truth(value(rest[0], given)) && truth(value(rest[1], given));
      case "minus": return -number(value(rest[0], given));
      case "=": case "!=": return equal(value(rest[0], given), value(rest[1], given)) === (kind === "=");
      case "<": case "<=": case ">": case ">=": return ordered(kind, value(rest[0], given), value(rest[1], given));
      default: return arithmetic(kind, number(value(rest[0], given)), number(value(rest[1], given)));
    }
  }

  // `tree` as the server gives it; `answers` by code; `more` may hold `self` (what «.» means), `attributes`, `today`.
  function evaluate(tree, answers, more = {}) {
    const now = new Date();
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((it) => String(it).padStart(2, "0")).join("-");
    return value(tree, { answers, self: more.self ?? "", attributes: more.attributes ?? {}, today: more.today ?? day });
  }

  return { evaluate, truth };
})();
