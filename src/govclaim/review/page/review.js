// The report, editable: what is chosen is corrected in the panel beside the text, and kept by the server at once.

Object.assign(labels.en, {
  "accept": "Accept", "accepted": "accepted", "reopen": "Open again", "delete": "Delete", "reject": "Reject", "add claim": "Add a claim",
  "undo": "Undo", "redo": "Redo", "done": "Mark the document as done", "not done": "Not done yet", "in progress": "in progress", "draft": "draft",
  "walk": "walk through", "walk.claims": "all claims", "walk.open": "claims not looked at yet", "walk.unsure": "unsure claims (below 0.5)", "walk.warned": "claims with warnings",
  "walk.bare": "figures without a claim", "walk.entities": "names", "walk.times": "times", "marked": "Marked", "as": "as", "new ends": "new ends of", "nothing marked": "Mark a stretch of the text, or press m and use the arrow keys.",
  "compare": "Second annotator", "take": "Take theirs", "keep": "Keep ours", "only ours": "only ours", "only theirs": "only theirs", "settled": "No difference is left.",
  "saved": "Saved", "lower": "lower end", "upper": "upper end", "basis": "compared", "direction": "direction", "expresses": "expresses", "subtype": "kind of it", "unset": "Away with it",
  "indicator_name": "name of the statistic", "attribution": "who says so", "keys": "Keys", "reload": "Reload the page", "reviewed": "reviewed", "difference": "difference", "ratio": "ratio", "go on": "Go on",
  "help": "n, p: next, previous · a: accept · x: reject or delete · m: mark with arrow keys (Shift: longer) · 1–0: what the marked stretch is · Enter: new ends · Ctrl+Z, Ctrl+Y: undo, redo · Escape: let go",
  "no match": "Nothing to walk through.", "second": "their reading", "ours": "ours", "the server is gone": "The server does not answer.", "is it running": "Look at the terminal where govclaim review runs.",
});
Object.assign(labels.zh, {
  "accept": "确认", "accepted": "已确认", "reopen": "取消确认", "delete": "删除", "reject": "否决", "add claim": "添加数据",
  "undo": "撤销", "redo": "重做", "done": "标为完成", "not done": "尚未完成", "in progress": "进行中", "draft": "草稿",
  "walk": "逐条查看", "walk.claims": "全部数据", "walk.open": "未看过的数据", "walk.unsure": "不确定的数据（低于0.5）", "walk.warned": "有提示的数据",
  "walk.bare": "不构成数据的数量", "walk.entities": "名称", "walk.times": "时间", "marked": "选中", "as": "作为", "new ends": "新边界：", "nothing marked": "选中一段文字，或按 m 键后用方向键选择。",
  "compare": "另一位标注者", "take": "采用对方", "keep": "保留我方", "only ours": "仅我方", "only theirs": "仅对方", "settled": "没有分歧了。",
  "saved": "已保存", "lower": "下限", "upper": "上限", "basis": "对比方式", "direction": "方向", "expresses": "表示", "subtype": "细类", "unset": "去掉",
  "indicator_name": "统计指标名", "attribution": "来源", "keys": "按键", "reload": "重新载入", "reviewed": "已看", "difference": "差", "ratio": "比", "go on": "继续",
  "help": "n、p：下一条、上一条 · a：确认 · x：否决或删除 · m：用方向键选择（Shift：加长） · 1–0：选中部分是什么 · Enter：新边界 · Ctrl+Z、Ctrl+Y：撤销、重做 · Esc：取消",
  "no match": "没有可看的内容。", "second": "对方", "ours": "我方", "the server is gone": "服务器没有响应。", "is it running": "请看运行 govclaim review 的终端。",
});

const CHOICES = {
  type: ["level", "change", "rank", "share"],
  direction: ["increase", "decrease", "flat"],
  basis: ["yoy", "qoq", "mom", "previous", "ytd", "since", "plan", "benchmark", "none"],
  modality: ["actual", "forecast", "target", "hypothetical"],
  polarity: ["affirmed", "negated"],
  bound: ["exact", "approx", "nearly", "over", "at_least", "under", "at_most", "range", "vague"],
  dimension: ["money", "percent", "percentage_point", "count", "area", "length", "mass", "volume", "energy", "power", "duration",
    "temperature", "speed", "multiple", "fraction", "rank", "score", "data", "rate", "other"],
  expresses: ["", "difference", "ratio"],
  label: ["LOC", "ORG", "PER"],
  subtype: ["", "admin", "road", "facility", "area", "natural", "government", "party", "company", "school", "health", "media", "community", "other"],
  kind: ["date", "period", "duration", "set"],
};
const ROLES = ["indicator", "subject", "scope", "base", "attribution"];
// What a marked stretch may become: its key, its name, the edit.
const MARKS = [
  ["1", "LOC", { layer: "entities", label: "LOC" }],
  ["2", "ORG", { layer: "entities", label: "ORG" }],
  ["3", "PER", { layer: "entities", label: "PER" }],
  ["4", "quantity", { layer: "quantities" }],
  ["5", "time", { layer: "times" }],
];
const ROLE_KEYS = { 6: "indicator", 7: "subject", 8: "scope", 9: "base", 0: "attribution" };
const UNSURE = 0.5;

// ---- between code points and the page

function place(text, node, offset) {
  const seg = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.(".seg");
  if (!seg) {
    const next = node.childNodes?.[offset];
    const first = next?.querySelector?.(".seg") ?? (next?.classList?.contains("seg") ? next : null);
    if (first) return text.segments.find((segment) => segment.node === first)?.start ?? null;
    const before = [...(node.querySelectorAll?.(".seg") ?? [])].at(-1);
    return before ? text.segments.find((segment) => segment.node === before)?.end ?? null : null;
  }
  let at = text.segments.find((segment) => segment.node === seg).start;
  const inside = node === seg ? seg.childNodes[offset] : node;
  for (const child of seg.childNodes) {
    if (child === inside || child.contains(inside)) return child.nodeType === Node.TEXT_NODE && node === child ? at + Array.from(child.data.slice(0, offset)).length : at;
    at += size(child);
  }
  return at;
}

const size = (child) => (child.nodeType === Node.TEXT_NODE ? Array.from(child.data).length : Number(child.dataset.size ?? 1));

function range(text, { start, end }) {
  const point = (offset, last) => {
    const segment = text.segments.find((one) => (last ? one.start < offset && offset <= one.end : one.start <= offset && offset < one.end));
    if (!segment) return null;
    let at = segment.start;
    for (const child of segment.node.childNodes) {
      if (offset <= at + size(child) && child.nodeType === Node.TEXT_NODE) return [child, Array.from(child.data).slice(0, offset - at).join("").length];
      at += size(child);
    }
    return [segment.node, segment.node.childNodes.length];
  };
  const [from, to] = [point(start, false), point(end, true)];
  return from && to ? [...from, ...to] : null;
}

class Review extends App {
  constructor() {
    super(document.getElementById("app"));
    this.token = this.overview.token;
    this.chosen = null; // {layer, id}
    this.walk = "claims";
    this.turn = Promise.resolve();
    document.addEventListener("selectionchange", () => this.#selected());
    addEventListener("keydown", (event) => this.#pressed(event), true);
  }

  get count() {
    return this.overview.documents.length;
  }

  // ---- talking to the server

  async ask(path, body) {
    const options = { headers: { "X-Token": this.token, "Content-Type": "application/json" } };
    if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
    let answer;
    try {
      answer = await fetch(`/api/${path}`, options);
    } catch {
      throw { message: t("the server is gone"), hint: t("is it running") };
    }
    const told = await answer.json();
    if (!answer.ok) throw told.detail ?? told;
    return told;
  }

  async paper(number) {
    const told = await this.ask(`documents/${number}`);
    if (!this.several || number === this.wanted()) this.state = told.state;
    return new Paper(told.document, number);
  }

  wanted() {
    return this.several ? Number(decodeURIComponent(location.hash.slice(1)).split("/")[0]) - 1 : 0;
  }

  // One after the other: each edit names the version that the one before it left.
  edit(edit, then) {
    return this.#change("edits", () => ({ version: this.state.version, edit }), then);
  }

  step(what) {
    const left = what === "undo" ? this.state.undo : this.state.redo;
    return left ? this.#change(what, () => ({ version: this.state.version })) : null;
  }

  #change(what, body, then) {
    this.turn = this.turn.catch(() => {}).then(async () => {
      try {
        const told = await this.ask(`documents/${this.number}/${what}`, body());
        const before = this.view.paper;
        this.state = told.state;
        const paper = new Paper(told.document, this.number);
        then?.(paper, before);
        this.#again(paper);
        this.#say(t("saved"));
      } catch (refused) {
        if (refused instanceof Error) throw refused;
        this.#refuse(refused);
      }
    });
    return this.turn;
  }

  #say(text) {
    this.notice.replaceChildren(el("p", { class: "saved" }, text));
  }

  #refuse({ message, hint }) {
    const reload = el("button", { type: "button", onclick: () => location.reload() }, t("reload"));
    this.notice.replaceChildren(el("p", { class: "refused", role: "alert" }, el("strong", {}, shown(message)), " ", shown(hint), " ", reload));
  }

  // ---- drawing

  async show() {
    try {
      const inside = this.wanted();
      if (this.several && !(inside >= 0)) this.overview = { ...(await this.ask("overview")), token: this.token };
      await super.show();
    } catch (refused) {
      if (!refused.message || refused instanceof Error) throw refused;
      this.root.replaceChildren(el("main", {}, el("h1", {}, shown(refused.message)), el("p", {}, shown(refused.hint))));
      return;
    }
    if (this.number !== null) this.#equip();
  }

  // The same document as it is now: place, tab and what is chosen stay.
  #again(paper) {
    const at = scrollY;
    const tab = [...this.view.parts.node.querySelectorAll("[role=tab]")].findIndex((button) => button.getAttribute("aria-selected") === "true");
    const focused = document.activeElement?.dataset?.field;
    const old = this.view.node;
    this.view = document_view(paper, this);
    old.replaceWith(this.view.node);
    this.#equip(paper);
    this.view.parts.choose(Math.max(0, tab));
    if (this.chosen && paper.items.has(this.chosen.id)) this.choose(this.chosen.layer, paper.items.get(this.chosen.id), false);
    else this.chosen = null;
    scrollTo(0, at);
    if (focused) this.view.node.querySelector(`[data-field="${focused}"]`)?.focus({ preventScroll: true });
  }

  #equip(paper) {
    const { text } = this.view;
    this.view.paper = paper ?? text.paper;
    text.steady = true;
    text.body.addEventListener("click", (event) => this.#clicked(event));
    this.notice ??= el("div", { class: "said", role: "status" });
    this.marker = el("div", { class: "marker", role: "toolbar", "aria-label": t("marked") });
    this.view.node.querySelector(".reading").before(this.#tools(), el("div", { class: "stuck" }, this.marker, this.notice));
    this.#offer();
  }

  #tools() {
    const walks = ["claims", "open", "unsure", "warned", "bare", "entities", "times"];
    const select = el("select", { onchange: (event) => {
      this.walk = event.target.value;
      this.#offer();
    } }, walks.map((one) => el("option", { value: one, selected: one === this.walk }, t(`walk.${one}`))));
    const status = this.view.paper.meta?.annotation?.status;
    const done = status === "done";
    const button = (key, act, off) => el("button", { type: "button", disabled: off, onclick: act }, t(key));
    return el("div", { class: "tools" },
      el("label", {}, t("walk"), " ", select), button("previous", () => this.go(-1)), button("next", () => this.go(1)),
      el("span", { class: "grow" }),
      button("undo", () => this.step("undo"), !this.state.undo), button("redo", () => this.step("redo"), !this.state.redo),
      button(done ? "not done" : "done", () => this.edit({ op: "status", status: done ? "in progress" : "done" })),
      el("p", { class: "hint help" }, t("help")));
  }

  card(paper, quantity, claim) {
    const target = claim ? ["claims", claim] : quantity ? ["quantities", quantity] : null;
    if (!target) return this.chosen && this.view?.text && ["entities", "times"].includes(this.chosen.layer) && paper.items.has(this.chosen.id)
      ? this.#form(paper, this.chosen.layer, paper.items.get(this.chosen.id)) : [el("p", { class: "hint" }, t("nothing marked")), legend()];
    this.chosen = { layer: target[0], id: target[1].id };
    queueMicrotask(() => this.#offer());
    return claim ? [...this.#form(paper, "claims", claim), el("hr"), ...this.#form(paper, "quantities", quantity)] : this.#form(paper, "quantities", quantity);
  }

  #form(paper, layer, item) {
    const accepted = item.reviewed === "accepted";
    const set = (name) => (value) => this.edit({ op: "set", layer, id: item.id, field: name, value });
    const line = (name, control) => el("div", { class: "line" }, el("label", { for: `${item.id}-${name}` }, t(name)), control);
    const pick = (name, options, value) => line(name, el("select", { id: `${item.id}-${name}`, "data-field": `${item.id}-${name}`, onchange: (event) => set(name)(event.target.value) },
      options.map(([key, text]) => el("option", { value: key, selected: key === (value ?? "") }, text))));
    const list = (name, value = item[name]) => pick(name, CHOICES[name].map((key) => [key, key ? t(key) : "–"]), value);
    const write = (name, value = item[name]) => line(name, el("input", { id: `${item.id}-${name}`, "data-field": `${item.id}-${name}`, value: value ?? "", autocomplete: "off", spellcheck: "false",
      onchange: (event) => event.target.value !== (value ?? "") && set(name)(event.target.value) }));
    const name = layer === "claims" ? t("claim") : t({ quantities: "quantity", entities: "entity", times: "time" }[layer]);
    const text = layer === "claims" ? paper.text_of(paper.items.get(item.quantity)) : paper.text_of(item);
    const buttons = el("p", { class: "verdict" },
      el("button", { type: "button", class: "yes", "aria-pressed": String(accepted), onclick: () => this.verdict(layer, item.id, true) }, `${accepted ? "✓ " : ""}${t(accepted ? "reopen" : "accept")}`),
      el("button", { type: "button", class: "no", onclick: () => this.verdict(layer, item.id, false) }, t(layer === "claims" ? "reject" : "delete")),
      layer === "quantities" ? el("button", { type: "button", onclick: () => this.edit({ op: "claim", quantity: item.id, type: item.dimension === "rank" ? "rank" : "level" }) }, t("add claim")) : null);
    const fields = {
      claims: () => [
        list("type"), ...ROLES.map((role) => this.#role(paper, item, role)), write("indicator_name"),
        item.subject ? pick("entity", [["", "–"], ...paper.entities.map((one) => [one.id, `${paper.text_of(one)} (${one.id})`])], item.subject.entity) : null,
        pick("period", [["", "–"], ...paper.times.map((one) => [one.id, `${paper.text_of(one)} = ${one.value ?? "?"} (${one.id})`])], item.period),
        ...(item.type === "change" ? [list("direction"), list("basis")] : []), list("modality"), list("polarity"),
        item.attribution ? pick("quoted", [["false", "–"], ["true", t("quoted")]], String(item.attribution.quoted ?? false)) : null, write("comment"),
      ],
      quantities: () => [write("value"), write("lower"), write("upper"), write("unit"), list("dimension"), list("bound"), list("expresses")],
      entities: () => [list("label"), list("subtype"), write("link"), write("comment")],
      times: () => [list("kind"), write("value"), write("comment")],
    }[layer]();
    const made = [item.confidence && `${t("confidence")} ${item.confidence}`, item.source && shown(item.source)].filter(Boolean).join(" · ");
    const notices = layer === "claims" ? paper.warnings_of(item).map((notice) => el("p", { class: "notice" }, "⚠ ", shown(notice.message ?? notice.code))) : [];
    return [el("h2", { class: "form-head" }, `${name} ${item.id} `, el("span", { lang: "zh" }, text)), buttons, ...fields.filter(Boolean), ...notices, el("p", { class: "hint" }, made)];
  }

  #role(paper, claim, role) {
    const span = claim[role];
    const clear = span ? el("button", { type: "button", class: "jump", "aria-label": `${t("unset")}: ${t(role)}`, onclick: () => this.edit({ op: "part", id: claim.id, role }) }, "✕") : null;
    const known = role === "indicator" || role === "subject" || role === "attribution" || span || ["rank", "share", "change"].includes(claim.type);
    return known ? el("div", { class: "line" }, el("span", {}, t(role)), el("span", { lang: "zh", class: "value" }, span ? paper.text_of(span) : "–", " ", clear)) : null;
  }

  parts(paper, go) {
    if (!this.state.compared) return [];
    const rows = this.state.differences.map((one) => {
      const side = one.theirs === null ? t("only ours") : one.ours === null ? t("only theirs") : "";
      const take = one.theirs === null ? { op: "delete", layer: one.layer, id: one.ours } : { op: "adopt", layer: one.layer, id: one.theirs, instead: one.ours ?? undefined };
      const fields = one.fields.map(([name, ours, theirs]) => el("div", { class: "line" }, el("span", {}, t(name)), el("span", { lang: "zh" }, `${t("ours")}: ${shown(ours ?? "–")} · ${t("second")}: ${shown(theirs ?? "–")}`)));
      return el("li", { "data-difference": one.key },
        el("button", { type: "button", class: "jump", lang: "zh", onclick: () => go(one) }, shown(one.text)), " ", el("span", { class: "hint" }, [t({ claims: "claim", quantities: "quantity", entities: "entity", times: "time" }[one.layer]), one.kind && t(one.kind), side].filter(Boolean).join(" · ")),
        fields, el("p", { class: "verdict" }, el("button", { type: "button", onclick: () => this.edit(take) }, t("take")), el("button", { type: "button", onclick: () => this.edit({ op: "settle", key: one.key }) }, t("keep"))));
    });
    return [["compare", t("compare"), { node: rows.length ? el("ul", { class: "differences" }, rows) : el("p", { class: "hint" }, t("settled")), count: rows.length }]];
  }

  // ---- choosing

  choose(layer, item, scroll = true) {
    const { text, paper } = this.view;
    this.chosen = { layer, id: item.id };
    if (layer === "claims" || layer === "quantities") {
      const quantity = layer === "claims" ? paper.items.get(item.quantity) : item;
      text.pinned = { quantity, turn: layer === "claims" ? paper.claimsOf.get(quantity.id).indexOf(item) : 0 };
      text.looked = null;
      text.look(text.pinned);
      if (scroll) text.figures.get(quantity.id)?.scrollIntoView({ block: "center" });
    } else {
      text.pinned = text.looked = null;
      text.release();
      for (const { start, end, node } of text.segments) if (item.start < end && start < item.end) node.classList.add("part", layer === "times" ? "part-period" : "part-subject");
      if (scroll) text.segments.find(({ start, end }) => item.start < end && start < item.end)?.node.scrollIntoView({ block: "center" });
      this.view.panel.replaceChildren(...this.card(paper));
    }
    this.#offer();
  }

  queue() {
    const { paper } = this.view;
    const claims = (keep) => paper.claims.filter(keep).map((claim) => ["claims", claim]);
    return {
      claims: () => claims(() => true),
      open: () => claims((claim) => claim.reviewed !== "accepted"),
      unsure: () => claims((claim) => claim.confidence !== undefined && Number(claim.confidence) < UNSURE),
      warned: () => claims((claim) => paper.warnings_of(claim).length),
      bare: () => paper.quantities.filter((quantity) => !paper.claimsOf.has(quantity.id)).map((quantity) => ["quantities", quantity]),
      entities: () => paper.entities.map((item) => ["entities", item]),
      times: () => paper.times.map((item) => ["times", item]),
    }[this.walk]();
  }

  go(by) {
    const queue = this.queue();
    if (!queue.length) return this.#say(t("no match"));
    const now = queue.findIndex(([, item]) => item.id === this.chosen?.id);
    const at = now < 0 ? this.#near(queue, by) : (now + by + queue.length) % queue.length;
    this.choose(...queue[at]);
    this.#say(`${at + 1} ${t("of")} ${queue.length}`);
  }

  // Where what was chosen is not in the queue (it was accepted, deleted): what comes next in the text.
  #near(queue, by) {
    const start = ([, item]) => (item.quantity ? this.view.paper.items.get(item.quantity).start : item.start);
    const next = queue.findIndex((one) => start(one) >= (this.at ?? 0));
    return by > 0 ? Math.max(0, next) : (Math.max(0, next) - 1 + queue.length) % queue.length;
  }

  // One key: a claim is accepted, or gone; then comes the next.
  verdict(layer, id, yes) {
    const item = this.view.paper.items.get(id);
    this.at = item.quantity ? this.view.paper.items.get(item.quantity).start : item.start;
    return this.edit(yes ? { op: "accept", layer, id } : { op: "delete", layer, id });
  }

  #clicked(event) {
    if (event.target.closest(".figure") || !getSelection().isCollapsed) return;
    const seg = event.target.closest(".seg.entity, .seg.time");
    const at = seg && this.view.text.segments.find((segment) => segment.node === seg).start;
    if (!seg) return;
    const layer = seg.classList.contains("entity") ? "entities" : "times";
    const item = this.view.paper[layer].find((one) => one.start <= at && at < one.end);
    if (item) this.choose(layer, item, false);
  }

  // ---- marking

  #selected() {
    const { text } = this.view ?? {};
    const selection = getSelection();
    if (!text?.body.isConnected || !selection.rangeCount || !text.body.contains(selection.anchorNode) || !text.body.contains(selection.focusNode)) return;
    const drawn = selection.getRangeAt(0);
    const [start, end] = [place(text, drawn.startContainer, drawn.startOffset), place(text, drawn.endContainer, drawn.endOffset)];
    this.marked = start !== null && end !== null && start < end ? { start, end } : null;
    this.#offer();
  }

  mark(span) {
    const length = this.view.paper.points.points.length;
    const start = Math.max(0, Math.min(span.start, length - 1));
    this.marked = { start, end: Math.max(start + 1, Math.min(span.end, length)) };
    const drawn = range(this.view.text, this.marked);
    if (drawn) getSelection().setBaseAndExtent(...drawn);
    this.#offer();
  }

  #offer() {
    if (!this.marker) return;
    const { paper } = this.view;
    if (!this.marked) return this.marker.replaceChildren(el("span", { class: "hint" }, t("nothing marked")));
    const key = (sign) => el("kbd", {}, sign);
    const button = (sign, name, act) => el("button", { type: "button", onmousedown: (event) => event.preventDefault(), onclick: act }, key(sign), ` ${name}`);
    const claim = this.chosen?.layer === "claims" && paper.items.get(this.chosen.id);
    const chosen = this.chosen && paper.items.get(this.chosen.layer === "claims" ? claim?.quantity : this.chosen.id);
    this.marker.replaceChildren(
      el("span", {}, `${t("marked")}: `, el("strong", { lang: "zh" }, paper.text_of(this.marked))),
      ...MARKS.map(([sign, name, edit]) => button(sign, t(name), () => this.put(edit))),
      ...(claim ? [el("span", { class: "hint" }, `${t("as")} …`), ...Object.entries(ROLE_KEYS).sort(([a], [b]) => (Number(a) || 10) - (Number(b) || 10)).map(([sign, role]) => button(sign, `${t(role)} (${claim.id})`, () => this.part(role)))] : []),
      chosen ? button("Enter", `${t("new ends")} ${chosen.id}`, () => this.move()) : "");
  }

  put(edit) {
    return this.edit({ op: "add", ...edit, ...this.marked }, (paper, before) => {
      const fresh = paper[edit.layer].find((item) => !before.items.has(item.id));
      if (fresh) this.chosen = { layer: edit.layer, id: fresh.id };
      this.#unmark();
    });
  }

  part(role) {
    if (this.chosen?.layer === "claims") return this.edit({ op: "part", id: this.chosen.id, role, ...this.marked }, () => this.#unmark());
    return null;
  }

  move() {
    if (!this.chosen) return null;
    const { paper } = this.view;
    const [layer, id] = this.chosen.layer === "claims" ? ["quantities", paper.items.get(this.chosen.id).quantity] : [this.chosen.layer, this.chosen.id];
    return this.edit({ op: "move", layer, id, ...this.marked }, () => this.#unmark());
  }

  #unmark() {
    this.marked = null;
    getSelection().removeAllRanges();
  }

  // ---- keys

  #pressed(event) {
    if (this.number === null || !this.view?.text) return;
    const act = event.ctrlKey || event.metaKey ? this.#command(event) : event.altKey || event.target.closest?.("input, select, textarea") ? null : this.#letter(event);
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  #command(event) {
    if (event.target.closest?.("input, textarea")) return null;
    const key = event.key.toLowerCase();
    if (key === "z") return () => this.step(event.shiftKey ? "redo" : "undo");
    return key === "y" ? () => this.step("redo") : null;
  }

  #letter(event) {
    const { key } = event;
    if (key === "n" || key === "p") return () => this.go(key === "n" ? 1 : -1);
    if (this.chosen && key === "a") return () => this.verdict(this.chosen.layer, this.chosen.id, true);
    if (this.chosen && (key === "x" || key === "Delete")) return () => this.verdict(this.chosen.layer, this.chosen.id, false);
    if (key === "m") return () => this.mark(this.#home());
    if (key === "Escape") return () => this.#release();
    return this.marked ? this.#marking(event) : null;
  }

  #marking({ key, shiftKey }) {
    const { start, end } = this.marked;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (by) return () => this.mark(shiftKey ? { start, end: end + by } : { start: start + by, end: end + by });
    if (key === "Enter" && this.chosen) return () => this.move();
    const added = MARKS.find(([sign]) => sign === key);
    if (added) return () => this.put(added[2]);
    return key in ROLE_KEYS && this.chosen?.layer === "claims" ? () => this.part(ROLE_KEYS[key]) : null;
  }

  // Where marking by keys begins: at what is chosen, else at the first sentence in view.
  #home() {
    const item = this.chosen && this.view.paper.items.get(this.chosen.id);
    if (item) return { start: item.start, end: item.start + 1 };
    const first = this.view.text.segments.find(({ node }) => node.getBoundingClientRect().top > 0);
    return { start: first?.start ?? 0, end: (first?.start ?? 0) + 1 };
  }

  #release() {
    this.#unmark();
    this.chosen = null;
    this.view.text.release();
    this.#offer();
  }
}
