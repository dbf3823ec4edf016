// A month of stock while it is typed: each product is checked as the server checks it (formulas/balance.py), last
// month's closing is carried over when asked, a block of a spreadsheet is pasted, and the keyboard leads from cell to
// cell. Nothing typed is changed. Without this file the page is a plain form, checked when it is sent.
"use strict";
(() => {
  const grid = document.querySelector("[data-stock-grid]");
  if (!grid) return;
  const form = grid.closest("form");
  const texts = grid.dataset;
  const questions = JSON.parse(texts.questions);
  const days = Number(texts.days);
  const reasons = ["lost_expired", "lost_vvm", "lost_frozen", "lost_broken", "lost_missing", "lost_other"];
  const order = ["opening", "received", "issued", "administered", "lost", ...reasons, "adjustment", "closing", "days_out"];
  const main = order.filter((name) => !reasons.includes(name));
  const rows = [...grid.querySelectorAll("tbody")].map((body) => ({
    body,
    before: "before" in body.dataset ? Number(body.dataset.before) : null,
    cells: Object.fromEntries([...body.querySelectorAll("[data-c]")].map((cell) => [cell.dataset.c, cell.querySelector("input")])),
    told: body.querySelector("[data-told]"),
    fold: body.querySelector("details"),
    carried: body.querySelector("[data-carried]"),
  }));
  const place = new Map(rows.flatMap((row) => Object.entries(row.cells).map(([name, input]) => [input, { row, name }])));

  // ---- the rules: what balance.py says, in the same order ----
  const shown = new Intl.NumberFormat(document.documentElement.lang);
  const write = (value) => value === null ? "—" : shown.format(value).replaceAll("\u202f", "\u00a0");
  const say = (text, numbers) => text.replace(/%\((\w+)\)s/g, (_all, name) => write(numbers[name] ?? null));
  const readable = (name, text) => (name === "adjustment" ? /^[+\-−]?[0-9]{1,10}$/ : /^[0-9]{1,10}$/).test(text);
  const read = (row) => Object.fromEntries(order.map((name) => {
    const text = row.cells[name].value.trim();
    return [name, readable(name, text) ? Number(text.replace("−", "-")) : null];
  }));
  const all = (...values) => values.every((value) => value !== null);
  const check = (line, before) => {
    const { opening, received, issued, administered, lost, adjustment, closing, days_out: out } = line;
    if (order.every((name) => line[name] === null)) return { flags: [], numbers: {} };
    const expected = all(opening, received, issued, lost, adjustment) ? opening + received - issued - lost + adjustment : null;
    const difference = all(expected, closing) ? closing - expected : null;
    const named = reasons.map((name) => line[name]).filter((value) => value !== null);
    const told = named.length ? named.reduce((sum, value) => sum + value, 0) : null;
    const there = all(opening, received) ? opening + received + Math.max(adjustment ?? 0, 0) : null;
    const raised = {
      imbalance: difference !== null && difference !== 0,
      more_out_than_in: expected !== null && expected < 0,
      used_more_than_there_was: expected === null && all(there, issued) && issued > there,
      opening_differs: all(opening, before) && opening !== before,
      zero_without_days_out: closing === 0 && out === 0,
      impossible_days: out !== null && out > days,
      out_yet_used: out === days && issued > 0,
      loss_reasons_differ: all(lost, told) && (told > lost || (named.length === reasons.length && told !== lost)),
      more_given_than_used: all(administered, issued) && administered > issued,
    };
    const numbers = { closing, expected, difference: difference === null ? null : Math.abs(difference), opening, before, days: out, used: issued, there, lost, told, given: administered };
    const flags = Object.keys(raised).filter((flag) => raised[flag]);
    return { flags: flags.map((flag) => flag === "imbalance" && difference < 0 ? "imbalance_missing" : flag), numbers, expected, difference };
  };

  const tell = (row) => {
    const lines = [];
    for (const [name, input] of Object.entries(row.cells)) {
      const text = input.value.trim();
      const bad = text !== "" && !readable(name, text);
      if (bad) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      if (bad) lines.push(["told-error", `${row.body.querySelector(`[data-c=${name}] label`).lastChild.textContent} – ${texts.whole}`, ""]);
    }
    const { flags, numbers, expected, difference } = check(read(row), row.before);
    for (const flag of flags) lines.push(["", say(questions[flag], numbers), flag]);
    if (!flags.length && difference === 0) lines.push(["told-ok", texts.balanced, ""]);
    else if (!flags.length && expected !== null && expected !== undefined && difference === null) lines.push(["told-plain", say(texts.leads, numbers), ""]);
    if (lines.map((line) => line[1]).join() !== [...row.told.children].map((item) => item.textContent).join()) {
      row.told.replaceChildren(...lines.map(([look, text, flag]) => {
        const item = document.createElement("li");
        if (look) item.className = look;
        if (flag) item.dataset.flag = flag;
        item.textContent = text;
        return item;
      }));
    }
    row.told.hidden = !lines.length;
    if (row.carried && Number(row.cells.opening.value || NaN) !== row.before) row.carried.hidden = true;
  };
  const tellAll = () => {
    for (const row of rows) {
      tell(row);
      if (reasons.some((name) => row.cells[name].value)) row.fold.open = true;
    }
  };
  const changed = () => form.dispatchEvent(new Event("input")); // kept as a draft, too
  grid.addEventListener("input", (event) => { const cell = place.get(event.target); if (cell) tell(cell.row); });
  form.querySelector("[data-draft-restore]")?.addEventListener("click", tellAll);

  // ---- last month's closing ----
  form.querySelector("[data-carry]")?.addEventListener("click", (event) => {
    event.preventDefault();
    for (const row of rows) {
      if (row.before === null || row.cells.opening.value.trim()) continue;
      row.cells.opening.value = String(row.before);
      row.carried.hidden = false;
      tell(row);
    }
    changed();
  });

  // ---- a block of a spreadsheet ----
  const bar = form.querySelector("[data-pasted]");
  const plain = (text) => { // 1 234 as spreadsheets write it; anything else stays as it is, and is told
    const value = text.trim();
    return /^[+\-−]?[0-9]{1,3}([ \u00a0\u202f][0-9]{3})+$/.test(value) ? value.replace(/[ \u00a0\u202f]/g, "") : value;
  };
  grid.addEventListener("paste", (event) => {
    const start = place.get(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const block = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    if (!start || (block.length === 1 && block[0].length === 1)) return;
    event.preventDefault();
    const widest = Math.max(...block.map((line) => line.length));
    const names = reasons.includes(start.name) ? reasons
      : start.name === "opening" && widest === order.length ? order : main;
    const from = names.indexOf(start.name);
    const count = { count: 0, unread: 0, spaced: 0, beyond: 0 };
    const was = [];
    block.forEach((line, down) => line.forEach((raw, across) => {
      const row = rows[rows.indexOf(start.row) + down];
      const name = names[from + across];
      if (!row || !name) { if (raw.trim()) count.beyond += 1; return; }
      const input = row.cells[name];
      was.push([input, input.value]);
      input.value = plain(raw);
      count.count += 1;
      if (input.value && !readable(name, input.value)) count.unread += 1;
      if (input.value !== raw.trim()) count.spaced += 1;
    }));
    tellAll();
    changed();
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "button-quiet";
    undo.textContent = texts.undo;
    undo.addEventListener("click", () => {
      for (const [input, value] of was) input.value = value;
      bar.hidden = true;
      tellAll();
      changed();
      event.target.focus();
    });
    const words = Object.keys(count).filter((name) => name === "count" || count[name])
      .map((name) => say(texts[name], { count: count[name] }));
    bar.replaceChildren(`${words.join(" ")} `, undo);
    bar.hidden = false;
  });

  // ---- keys ----
  const wide = window.matchMedia("(min-width: 62rem)");
  const go = (row, name) => {
    if (!row) return;
    if (reasons.includes(name)) row.fold.open = true;
    row.cells[name].focus();
    row.cells[name].select();
  };
  grid.addEventListener("keydown", (event) => {
    const here = place.get(event.target);
    if (!here || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const { row, name } = here;
    const input = event.target;
    const group = reasons.includes(name) ? reasons : main;
    const beside = (step) => group[group.indexOf(name) + step];
    const below = (step) => rows[rows.indexOf(row) + step];
    const sideways = (step) => beside(step) ? go(row, beside(step)) : go(below(step), step > 0 ? group[0] : group.at(-1));
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (event.key === "Enter") {
      const step = event.shiftKey ? -1 : 1;
      if (!wide.matches) sideways(step);
      else if (below(step)) go(below(step), name);
      else if (step > 0) form.querySelector(".form-actions [type=submit]").focus();
    } else if (event.shiftKey) return;
    else if (event.key === "ArrowDown") go(below(1), name);
    else if (event.key === "ArrowUp") go(below(-1), name);
    else if (event.key === "ArrowRight" && (whole || input.selectionStart === input.value.length) && beside(1)) go(row, beside(1));
    else if (event.key === "ArrowLeft" && (whole || input.selectionEnd === 0) && beside(-1)) go(row, beside(-1));
    else return;
    event.preventDefault();
  });
  tellAll();
})();
