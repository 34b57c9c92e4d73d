// The text with its marks, and the claim that is looked at drawn whole over it.

const LAYERS = { entities: "entity", quantities: "quantity", times: "time" };

// Paragraphs as lists of sentences; what no sentence holds is kept as a nameless one.
function paragraphs(paper) {
  const all = [];
  let at = 0;
  const rest = (end) => {
    const text = paper.points.slice({ start: at, end });
    if (text.trim()) all.push({ start: at, end });
    return text;
  };
  for (const sentence of [...paper.sentences].sort((a, b) => a.start - b.start)) {
    const gap = rest(sentence.start);
    if (sentence.end <= at) continue;
    all.push({ ...sentence, start: Math.max(at, sentence.start), breaks: /[\r\n]/.test(gap) });
    at = sentence.end;
  }
  rest(paper.points.points.length);
  const grouped = [];
  for (const sentence of all) {
    const last = grouped.at(-1)?.at(-1);
    const fresh = !last || (sentence.paragraph ?? last.paragraph) !== last.paragraph || (!sentence.paragraph && sentence.breaks);
    if (fresh) grouped.push([sentence]);
    else grouped.at(-1).push(sentence);
  }
  return grouped;
}

// Everything that may be marked, as spans by start: each becomes a boundary that marks can be put between.
function boundaries(paper) {
  const spans = [];
  for (const [layer, name] of Object.entries(LAYERS)) for (const item of paper[layer]) spans.push({ ...span(item), name, item });
  for (const run of paper.numerals ?? []) if (!["quantity", "time"].includes(run.role)) spans.push({ ...span(run), name: "numeral", item: run });
  for (const notice of paper.warnings) if (notice.start !== undefined) spans.push({ ...span(notice), name: "warned", item: notice });
  for (const claim of paper.claims) for (const [, part] of paper.parts(claim)) spans.push(span(part));
  return spans.sort((a, b) => a.start - b.start || b.end - a.end);
}
const span = (item) => ({ start: item.start, end: item.end });

class Text {
  constructor(paper, onclaim) {
    this.paper = paper;
    this.onclaim = onclaim;
    this.segments = [];
    this.figures = new Map();
    this.wires = svg("svg", { class: "wires", "aria-hidden": "true" });
    this.body = el("div", { class: "text", lang: "zh" });
    this.#draw();
    this.body.append(this.wires);
    this.body.addEventListener("pointerover", (event) => this.#over(event));
    this.body.addEventListener("pointerleave", () => this.look(this.pinned));
    new ResizeObserver(() => this.#wire()).observe(this.body);
  }

  #draw() {
    const spans = boundaries(this.paper);
    let from = 0;
    for (const group of paragraphs(this.paper)) {
      const kind = group[0].kind ?? "body";
      const block = el("p", { class: `kind-${kind}` });
      for (const sentence of group) {
        while (from < spans.length && spans[from].end <= sentence.start && spans[from].start < sentence.start) from += 1;
        block.append(this.#sentence(sentence, spans, from));
      }
      this.body.append(block);
    }
  }

  #sentence(sentence, spans, from) {
    const inside = [];
    for (let i = from; i < spans.length && spans[i].start < sentence.end; i += 1) if (spans[i].end > sentence.start) inside.push(spans[i]);
    const cuts = new Set([sentence.start, sentence.end]);
    for (const { start, end } of inside) for (const cut of [start, end]) if (cut > sentence.start && cut < sentence.end) cuts.add(cut);
    const ordered = [...cuts].sort((a, b) => a - b);
    const node = el("span", { class: "sentence", "data-sentence": sentence.id });
    for (let i = 0; i + 1 < ordered.length; i += 1) {
      const [start, end] = [ordered[i], ordered[i + 1]];
      const over = inside.filter((mark) => mark.name && mark.start <= start && end <= mark.end);
      const quantity = over.find((mark) => mark.name === "quantity")?.item;
      const segment = this.#segment(start, end, over);
      this.segments.push({ start, end, node: segment });
      (quantity ? this.#figure(quantity, node) : node).append(segment);
    }
    return node;
  }

  #segment(start, end, over) {
    const classes = over.map((mark) => mark.name).filter((name) => name !== "quantity");
    const entity = over.find((mark) => mark.name === "entity")?.item;
    if (entity) classes.push(entity.label);
    const node = el("span", { class: ["seg", ...new Set(classes)].join(" "), title: this.#tip(over) || null });
    for (const piece of this.paper.points.slice({ start, end }).split(/(\s*[\r\n]\s*)/)) {
      if (/^\s*[\r\n]\s*$/.test(piece)) node.append(el("span", { class: "break", "aria-hidden": "true", "data-size": piece.length }, "↵"));
      else if (piece) node.append(...visible(piece));
    }
    return node;
  }

  #tip(over) {
    const tips = over.map(({ name, item }) => {
      if (name === "entity") return [t(item.label), item.subtype, item.link].filter(Boolean).join(" · ");
      if (name === "time") return `${t("time")} · ${shown(item.value ?? "?")}`;
      if (name === "numeral") return t(`role.${item.role}`);
      if (name === "warned") return shown(item.message ?? item.code);
      return "";
    });
    return tips.filter(Boolean).join("\n");
  }

  // A figure is one button, also where a layout break or a name cuts it.
  #figure(quantity, sentence) {
    const known = this.figures.get(quantity.id);
    if (known?.parentNode === sentence) return known;
    const claims = this.paper.claimsOf.get(quantity.id) ?? [];
    const node = el("span", {
      class: claims.length ? "figure" : "figure idle", role: "button", tabIndex: 0, "data-quantity": quantity.id,
      "aria-label": spoken(quantity, claims, this.paper),
      onfocus: () => (this.steady ? this.hold(quantity) : this.look({ quantity, turn: 0 })),
      onclick: () => this.pin(quantity),
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.pin(quantity);
      },
    });
    if (!known) this.figures.set(quantity.id, node);
    sentence.append(node);
    return node;
  }

  #over(event) {
    const figure = event.target.closest?.(".figure");
    if (this.steady && this.pinned) return;
    if (figure) this.look({ quantity: this.paper.items.get(figure.dataset.quantity), turn: 0 });
    else if (this.pinned) this.look(this.pinned);
  }

  // A figure that is chosen stays drawn; chosen again, its next claim is.
  pin(quantity) {
    const count = (this.paper.claimsOf.get(quantity.id) ?? []).length;
    if (this.fresh === quantity) {
      this.fresh = null;
      return;
    }
    const same = this.pinned?.quantity === quantity;
    this.pinned = same && count < 2 ? this.pinned : { quantity, turn: same ? (this.pinned.turn + 1) % count : 0 };
    this.look(this.pinned);
  }

  // Without turning to the next claim.
  hold(quantity) {
    if (this.pinned?.quantity !== quantity) {
      this.pinned = { quantity, turn: 0 };
      this.fresh = quantity; // the click that follows the focus must not turn on
    }
    this.look(this.pinned);
  }

  look(target) {
    if (!target) return;
    const claims = this.paper.claimsOf.get(target.quantity.id) ?? [];
    const claim = claims[target.turn] ?? null;
    if (this.looked?.quantity === target.quantity && this.looked.claim === claim) return;
    this.looked = { quantity: target.quantity, claim };
    this.#paint();
    this.onclaim(target.quantity, claim);
  }

  release() {
    this.pinned = this.looked = null;
    this.#paint();
    this.onclaim(null, null);
  }

  // Scrolls to a claim's figure and holds it.
  show(claim) {
    const quantity = this.paper.items.get(claim.quantity);
    const node = this.figures.get(quantity.id);
    this.pinned = { quantity, turn: (this.paper.claimsOf.get(quantity.id) ?? []).indexOf(claim) };
    node?.focus({ preventScroll: true });
    node?.scrollIntoView({ block: "center", behavior: "auto" });
    this.look(this.pinned);
  }

  show_span(target) {
    const [first] = this.#nodes(target);
    first?.scrollIntoView({ block: "center" });
    for (const node of this.#nodes(target)) {
      node.classList.add("flash");
      setTimeout(() => node.classList.remove("flash"), 1600);
    }
  }

  step(by) {
    const claims = this.paper.claims;
    if (!claims.length) return;
    const now = this.looked?.claim ? claims.indexOf(this.looked.claim) : by > 0 ? -1 : 0;
    this.show(claims[(now + by + claims.length) % claims.length]);
  }

  #nodes(target) {
    return this.segments.filter(({ start, end }) => target.start < end && start < target.end).map(({ node }) => node);
  }

  #paint() {
    for (const node of this.body.querySelectorAll(".part, .current"))
      node.classList.remove("current", ...[...node.classList].filter((name) => name.startsWith("part")));
    const { quantity, claim } = this.looked ?? {};
    if (quantity) {
      const parts = claim ? this.paper.parts(claim) : [["quantity", quantity]];
      for (const [role, target] of parts) for (const node of this.#nodes(target)) node.classList.add("part", `part-${role}`);
      this.figures.get(quantity.id)?.closest(".sentence")?.classList.add("current");
    }
    this.#wire();
  }

  // Lines from the figure to every part, with the part's role written above it.
  #wire() {
    this.wires.replaceChildren();
    const { quantity, claim } = this.looked ?? {};
    if (!claim || !this.body.isConnected) return;
    const frame = this.body.getBoundingClientRect();
    const home = this.#box(quantity, frame);
    if (!home) return;
    const boxes = this.paper.parts(claim).map(([role, target]) => [role, role === "quantity" ? home : this.#box(target, frame)]).filter(([, box]) => box);
    // Far ends leave the figure on its outer side and run higher, so that no two lines lie on each other.
    const ends = boxes.filter(([role]) => role !== "quantity").sort(([, a], [, b]) => a.middle - b.middle);
    ends.forEach(([role, box], i) => {
      const from = home.middle + (i - (ends.length - 1) / 2) * Math.min(7, (home.right - home.left) / (ends.length + 1));
      this.wires.append(svg("path", { d: curve(home, from, box), class: `wire wire-${role}` }));
    });
    const taken = [];
    for (const [role, box] of boxes) this.wires.append(this.#label(role, box, taken));
  }

  #label(role, box, taken) {
    const name = t(role);
    const width = [...name].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 11 : 6), 6);
    const place = { x: Math.max(0, Math.min(box.left, this.body.clientWidth - width)), y: box.top - 3 };
    while (taken.some((other) => Math.abs(other.y - place.y) < 9 && place.x < other.x + other.width && other.x < place.x + width)) place.y -= 10;
    taken.push({ ...place, width });
    return svg("text", { x: place.x, y: place.y, class: `wire-label wire-${role}` }, name);
  }

  #box(target, frame) {
    const rects = this.#nodes(target).flatMap((node) => [...node.getClientRects()]).filter((rect) => rect.width > 0);
    if (!rects.length) return null;
    const line = rects.filter((rect) => Math.abs(rect.top - rects[0].top) < rects[0].height / 2);
    const left = Math.min(...line.map((rect) => rect.left)) - frame.left;
    const right = Math.max(...line.map((rect) => rect.right)) - frame.left;
    return { left, right, top: rects[0].top - frame.top, bottom: rects[0].bottom - frame.top, middle: (left + right) / 2 };
  }
}

function curve(home, from, to) {
  if (Math.abs(home.top - to.top) < 8) {
    const height = 6 + Math.min(16, Math.abs(home.middle - to.middle) / 26);
    return `M${from} ${home.top} C${from} ${home.top - height} ${to.middle} ${to.top - height} ${to.middle} ${to.top}`;
  }
  const above = to.top < home.top;
  const [start, end] = above ? [home.top, to.bottom] : [home.bottom, to.top];
  const pull = Math.max(12, Math.abs(start - end) / 2.5) * (above ? -1 : 1);
  return `M${from} ${start} C${from} ${start + pull} ${to.middle} ${end - pull} ${to.middle} ${end}`;
}

function visible(text) {
  return text.split(new RegExp(`(${CONTROL.source})`, "u")).filter(Boolean).map((piece) =>
    new RegExp(CONTROL.source, "u").test(piece) ? el("span", { class: "control" }, code(piece)) : piece,
  );
}
