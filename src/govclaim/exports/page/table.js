// Tables that sort and filter; only the rows in view are in the page, so that their number does not matter.

const ROW = 34; // pixels, as in the style sheet
const SPARE = 8;
const WHOLE = 60; // rows up to here are simply all there

class Table {
  // columns: {key, title, text(row), sort?(row), cell?(row), numeric?}; rows: any values.
  constructor({ columns, rows, caption, empty }) {
    this.columns = columns;
    this.all = rows;
    this.rows = rows;
    this.empty = empty ?? t("no rows");
    this.order = null;
    this.body = el("tbody");
    this.heads = columns.map((column) => this.#head(column));
    this.table = el("table", { "aria-rowcount": rows.length + 1 }, el("caption", { class: "unseen" }, caption),
      el("thead", {}, el("tr", { "aria-rowindex": 1 }, this.heads)), this.body);
    this.node = el("div", { class: "scroller", tabIndex: 0, role: "region", "aria-label": caption, onscroll: () => this.#draw() }, this.table);
    this.#draw();
  }

  #head(column) {
    const button = el("button", { type: "button", class: "sort", onclick: () => this.sort(column) }, column.title, el("span", { class: "arrow", "aria-hidden": "true" }));
    return el("th", { scope: "col", class: column.numeric ? "numeric" : null, "data-column": column.key }, column.bare ? column.title : button);
  }

  sort(column) {
    const down = this.order?.column === column && !this.order.down;
    this.order = { column, down };
    this.columns.forEach((other, i) => {
      if (other === column) this.heads[i].setAttribute("aria-sort", down ? "descending" : "ascending");
      else this.heads[i].removeAttribute("aria-sort");
    });
    this.#arrange();
  }

  filter(keep) {
    this.keep = keep;
    this.#arrange();
    return this.rows.length;
  }

  #arrange() {
    this.rows = this.keep ? this.all.filter(this.keep) : [...this.all];
    if (this.order) {
      const { column, down } = this.order;
      const key = column.sort ?? column.text;
      const keyed = this.rows.map((row) => [key(row), row]);
      keyed.sort(([a], [b]) => compare(a, b) * (down ? -1 : 1));
      this.rows = keyed.map(([, row]) => row);
    }
    this.node.scrollTop = 0;
    this.drawn = null;
    this.table.setAttribute("aria-rowcount", this.rows.length + 1);
    this.#draw();
  }

  #draw(whole = this.rows.length <= WHOLE) {
    const height = this.node.clientHeight || 480;
    const first = whole ? 0 : Math.max(0, Math.floor(this.node.scrollTop / ROW) - SPARE);
    const last = whole ? this.rows.length : Math.min(this.rows.length, first + Math.ceil(height / ROW) + 2 * SPARE);
    if (this.drawn === `${first}-${last}`) return;
    this.drawn = `${first}-${last}`;
    const rows = [];
    for (let i = first; i < last; i += 1) rows.push(this.#row(this.rows[i], i));
    if (!this.rows.length) rows.push(el("tr", {}, el("td", { colspan: this.columns.length, class: "empty" }, this.empty)));
    this.body.replaceChildren(this.#space(first), ...rows, this.#space(this.rows.length - last));
  }

  #row(row, index) {
    const cells = this.columns.map((column) => {
      const text = column.text(row);
      const inner = column.cell ? column.cell(row) : text;
      return el("td", { class: column.numeric ? "numeric" : null, title: text || null, lang: column.lang ?? null }, inner);
    });
    return el("tr", { "aria-rowindex": index + 2 }, cells);
  }

  #space(count) {
    const node = el("tr", { class: "space", "aria-hidden": "true" });
    node.style.height = `${count * ROW}px`;
    if (!count) node.hidden = true;
    return node;
  }

  // For paper, all rows up to a number that a printer can be asked for.
  unfold(folded) {
    this.drawn = null;
    this.#draw(folded ? this.rows.length <= WHOLE : this.rows.length <= 3000);
  }
}

function compare(a, b) {
  if (a === b) return 0;
  const empty = (value) => value === "" || value === null || value === undefined || Number.isNaN(value);
  if (empty(a) || empty(b)) return empty(a) - empty(b);
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh");
}

// A row of controls above a table; `changed` gets their values.
class Filters {
  constructor(fields, changed) {
    this.values = {};
    this.changed = changed;
    this.count = el("span", { class: "count", role: "status" });
    this.node = el("div", { class: "filters" }, fields.map((field) => this.#field(field)), this.count);
    this.fields = fields;
  }

  #field(field) {
    const set = (value) => {
      this.values[field.key] = value;
      this.changed(this.values);
    };
    this.values[field.key] = field.range ? 1 : "";
    if (field.options) {
      const options = field.options.map(([value, text]) => el("option", { value }, text));
      const select = el("select", { onchange: (event) => set(event.target.value) }, el("option", { value: "" }, t("all")), options);
      field.control = select;
      return el("label", {}, el("span", {}, field.title), select);
    }
    if (field.range) {
      const output = el("output", {}, "1.00");
      const input = el("input", { type: "range", min: 0, max: 1, step: 0.05, value: 1, oninput: () => {
        output.textContent = Number(input.value).toFixed(2);
        set(Number(input.value));
      } });
      field.control = input;
      return el("label", { class: "range" }, el("span", {}, field.title), input, output);
    }
    const input = el("input", { type: "search", autocomplete: "off", spellcheck: "false", oninput: () => set(input.value.trim()) });
    field.control = input;
    return el("label", { class: field.wide ? "wide" : null }, el("span", {}, field.title), input);
  }

  set(key, value) {
    const field = this.fields.find((one) => one.key === key);
    field.control.value = value;
    this.values[key] = value;
    this.changed(this.values);
  }

  tell(now, all) {
    this.count.textContent = now === all ? `${all}` : `${now} ${t("of")} ${all}`;
  }
}
