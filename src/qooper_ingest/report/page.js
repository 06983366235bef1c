"use strict";
// What stands in the page is painted first; then the lists come to life.
requestAnimationFrame(() => setTimeout(() => {
  const BLOCK = 30, FEW = 500, PRINTED = 5000, WAIT = 120;
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  const words = data.words, language = document.documentElement.lang;
  // Numbers and texts as the language has them: what `Messages.number` and `Messages.text` of the library do.
  const count = (n) => {
    const digits = String(n);
    return digits.length < words.group_from ? digits : digits.replace(/\B(?=(\d{3})+$)/g, () => words.group);
  };
  const plural = new Intl.PluralRules(language);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => name in values ? values[name] : whole);
  const counted = (forms, n) => fill(forms[plural.select(n)] || forms.other, { count: count(n) });
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    for (const child of children) if (child !== null && child !== "") node.append(child);
    return node;
  };
  const bdi = (text, name) => make("bdi", name ? { class: name } : null, text);

  // Where two texts differ: as `difference` of the library says it.
  const difference = (before, after) => {
    const one = Array.from(before), other = Array.from(after), shorter = Math.min(one.length, other.length);
    let head = 0, tail = 0;
    while (head < shorter && one[head] === other[head]) head += 1;
    while (tail < shorter - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail += 1;
    if (head + tail < 0.4 * Math.max(one.length, other.length) && head + tail < shorter) return null;
    const text = (from, to, of) => of.slice(from, to).join("");
    return [text(0, head, one), text(head, one.length - tail, one), text(head, other.length - tail, other), text(one.length - tail, one.length, one)];
  };
  const marked = (start, middle, end) => {
    const node = make("bdi", null, start);
    if (middle) node.append(make("mark", null, middle));
    if (end) node.append(end);
    return node;
  };
  const nothing = () => make("span", { class: "none" }, words.empty);

  const changeOf = ([field, before, after], bare) => {
    const node = make("li", null, make("span", { class: "field" }, data.fields[field]), " ");
    const parts = before && after ? difference(before, after) : null;
    const text = (whole, middle) => parts ? marked(parts[0], middle, parts[3]) : bdi(whole);
    if (!bare) {
      if (before) node.append(make("span", { class: "sr" }, `${words.from} `), make("del", null, text(before, parts && parts[1])));
      else node.append(nothing());
      node.append(" ", make("span", { class: "to", "aria-hidden": "true" }, "→"), make("span", { class: "sr" }, ` ${words.to} `), " ");
    }
    node.append(after ? make("ins", null, text(after, parts && parts[2])) : nothing());
    return node;
  };
  const idOf = (id, rest) => id ? make("span", { class: "id" }, `${words.id} `, bdi(id), rest) : make("span", { class: "id" }, words.no_id, rest);
  const inPieces = (pieces) => make("bdi", null, ...pieces.map((piece, at) => at % 2 ? make("mark", null, piece) : piece));
  const card = (attributes, relation, name, email, id, status, pieces, notes) => make("li", attributes,
    make("span", { class: "rel" }, relation), " ", bdi(name || words.no_name, "name"), " ", pieces.length ? inPieces(pieces) : bdi(email || words.no_address), " ",
    idOf(id, status ? ", " + status : ""), ...notes.flatMap((note) => [" ", make("span", { class: "letters" }, bdi(note))]));
  const othersOf = (line) => {
    const node = make("ul", { class: "cards", "aria-label": words.who }, card({ class: "file" }, fill(words.file_row, { row: line[0] }), line[1], line[2], line[3], "", [], []));
    for (const [relation, name, email, id, status, , pieces, notes] of line[7]) node.append(card(null, relation, name, email, id, status, pieces, notes));
    return node;
  };
  const reasonsOf = (line) => {
    const node = make("ul", { class: "why" });
    for (const number of line[5]) {
      const [code, severity, , sentence] = data.reasons[number];
      node.append(make("li", { class: severity }, make("span", { class: "tag" }, words.severity[severity]), " ", bdi(sentence), " ", make("span", { class: "hint" }, data.codes[code][2])));
    }
    return node;
  };
  const rowOf = (line, bare, index) => {
    const who = make("td", { role: "cell", class: "who" }, bdi(line[1] || line[2] || line[3] || line[4], "name"));
    if (line[1] && line[2]) who.append(" ", bdi(line[2], "mail"));
    if (line[3]) who.append(" ", idOf(line[3], ""));
    const what = make("td", { role: "cell", class: "what" });
    if (line[5].length) what.append(reasonsOf(line));
    if (line[6].length) what.append(make("ul", { class: bare ? "changes bare" : "changes" }, ...line[6].map((one) => changeOf(one, bare))));
    if (line[7].length) what.append(othersOf(line));
    return make("tr", { role: "row", "aria-rowindex": index + 2 }, make("th", { role: "rowheader", scope: "row" }, String(line[0] || "–")), who, what);
  };

  // What is short stays there as a whole, so that the browser's own search finds it.
  const few = data.groups.reduce((sum, group) => sum + group.lines.length, 0) <= FEW;

  // One list: blocks of lines that are there while they are near the window, and a gap of their height otherwise.
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) entry.target.block[entry.isIntersecting ? "show" : "hide"]();
  }, { rootMargin: "800px 0px" });
  class Block {
    constructor(list, from, lines) {
      Object.assign(this, { list, from, lines, height: lines.length * list.typical, shown: false });
      this.node = make("tbody", { role: "rowgroup" });
      this.node.block = this;
      this.gap();
      near.observe(this.node);
    }
    gap() {
      const cell = make("td", { colspan: 3 }), row = make("tr", { class: "gap", "aria-hidden": "true" }, cell);
      cell.style.padding = "0";
      cell.style.border = "0";
      cell.style.height = `${this.height}px`;
      this.node.replaceChildren(row);
    }
    show() {
      if (this.shown) return;
      this.shown = true;
      this.node.replaceChildren(...this.lines.map((line, at) => rowOf(line, this.list.key === "new", this.from + at)));
    }
    hide() {
      if (few || !this.shown || this.node.contains(document.activeElement)) return;
      this.height = this.node.offsetHeight || this.height;
      this.shown = false;
      this.gap();
    }
  }
  class List {
    constructor(group) {
      this.key = group.key;
      this.all = group.lines;
      this.section = by(group.key);
      this.table = this.section.querySelector("table");
      this.badge = this.section.querySelector("h2 .count");
      this.total = group.total;
      const standing = this.table.tBodies[0];
      this.typical = Math.max(40, Math.round(standing.offsetHeight / Math.max(1, standing.rows.length)));
      const note = this.section.querySelector(".standing");
      if (note) note.remove();
      this.blocks = [];
    }
    fill(lines) {
      for (const block of this.blocks) near.unobserve(block.node);
      while (this.table.tBodies.length) this.table.tBodies[0].remove();
      this.blocks = [];
      for (let from = 0; from < lines.length; from += BLOCK) this.blocks.push(new Block(this, from, lines.slice(from, from + BLOCK)));
      this.table.append(...this.blocks.map((block) => block.node));
      if (few) for (const block of this.blocks) block.show();
      this.table.setAttribute("aria-rowcount", String(lines.length + 1));
      this.section.hidden = !lines.length;
      this.badge.textContent = lines.length === this.all.length ? count(this.total) : fill(words.part, { found: count(lines.length), total: count(this.total) });
    }
  }

  const lists = data.groups.map((group) => new List(group));
  const fields = data.fields, titles = new Map(lists.map((list) => [list.key, list.section.querySelector("h2").firstChild.textContent.trim()]));
  const codesOf = (line) => line[5].map((number) => data.reasons[number][0]);
  const fieldsOf = (line) => [...line[6].map((one) => one[0]), ...line[5].map((number) => data.reasons[number][2])];
  const texts = new Map();
  const textOf = (line) => {
    if (!texts.has(line)) {
      const reasons = line[5].map((number) => data.reasons[number][3]);
      texts.set(line, [...line.slice(0, 5), ...line[6].flatMap((one) => one.slice(1)), ...line[7].flat(2), ...reasons].join("\n").toLowerCase());
    }
    return texts.get(line);
  };

  const fillSelect = (select, entries) => {
    for (const [value, text] of entries) select.append(make("option", { value }, text));
    select.parentNode.hidden = entries.length < 2;
  };
  const used = (of) => new Set(lists.flatMap((list) => list.all.flatMap(of)));
  const alphabetical = (entries) => entries.sort((a, b) => a[1].localeCompare(b[1], language));
  fillSelect(by("f-group"), [...titles]);
  const usedCodes = used(codesOf), usedFields = used(fieldsOf);
  fillSelect(by("f-code"), alphabetical([...usedCodes].map((code) => [code, data.codes[code][1]])));
  fillSelect(by("f-field"), alphabetical([...usedFields].filter((field) => field >= 0).map((field) => [field, fields[field]])));

  const apply = () => {
    const asked = by("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [group, code, field] = ["f-group", "f-code", "f-field"].map((id) => by(id).value);
    const fits = (line) => (code === "" || codesOf(line).includes(Number(code))) && (field === "" || fieldsOf(line).includes(Number(field))) &&
      (!asked.length || asked.every((word) => textOf(line).includes(word)));
    const all = !asked.length && code === "" && field === "";
    let found = 0, whole = 0;
    for (const list of lists) {
      const lines = group && group !== list.key ? [] : all ? list.all : list.all.filter(fits);
      list.fill(lines);
      found += lines.length;
      whole += list.all.length;
    }
    by("status").textContent = all && !group ? counted(words.lines, whole) : fill(words.found, { found: count(found), lines: counted(words.lines, whole) });
  };
  const goTo = (row) => {
    for (const list of lists) for (const block of list.blocks) {
      const at = block.lines.findIndex((line) => line[0] === row);
      if (at < 0) continue;
      block.show();
      const node = block.node.rows[at];
      for (const other of document.querySelectorAll("tr.here")) other.classList.remove("here");
      node.classList.add("here");
      node.tabIndex = -1;
      node.scrollIntoView({ block: "center" });
      node.focus({ preventScroll: true });
      by("status").textContent = fill(words.row_in, { row, list: titles.get(list.key) });
      return;
    }
    by("status").textContent = fill(words.row_nowhere, { row });
  };

  let waiting = 0;
  by("q").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, WAIT); });
  for (const id of ["f-group", "f-code", "f-field"]) by(id).addEventListener("change", apply);
  by("tools").addEventListener("reset", () => setTimeout(apply));
  by("tools").addEventListener("submit", (event) => event.preventDefault());
  by("jump").addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const row = Number(by("jump").value.replace(/\D/g, ""));
    if (row) goTo(row);
  });
  window.addEventListener("beforeprint", () => {
    let left = PRINTED;
    for (const list of lists) for (const block of list.blocks) {
      if (left > 0) block.show();
      left -= block.lines.length;
    }
  });
  by("tools").hidden = false;
  apply();
  document.documentElement.dataset.ready = "yes";
}));
